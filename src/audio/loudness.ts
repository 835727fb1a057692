import type { LoudnessReadings } from "./engine/measure-graph.ts";
import { LOUDNESS_TOOL } from "./engine/tool-names.ts";
import type { Loudness } from "./types.ts";

/** The absolute gate of ITU-R BS.1770: what `ebur128` answers when no block of 400 ms was louder. */
const GATE_LUFS = -70;

/** The filter's readings with "nothing was measured" as null instead of the gate and minus infinity. */
export function loudnessOf(readings: LoudnessReadings): Loudness {
  const measured = readings.integratedLufs > GATE_LUFS;
  return {
    integratedLufs: measured ? rounded(readings.integratedLufs) : null,
    rangeLu: measured ? rounded(readings.rangeLu) : null,
    samplePeakDbfs: finite(readings.samplePeakDbfs),
    shortTermMaxLufs:
      readings.shortTermMaxLufs !== null && readings.shortTermMaxLufs > GATE_LUFS
        ? rounded(readings.shortTermMaxLufs)
        : null,
    truePeakDbtp: readings.truePeakDbtp === null ? null : finite(readings.truePeakDbtp),
    tool: LOUDNESS_TOOL,
  };
}

function finite(decibels: number): number | null {
  return Number.isFinite(decibels) ? rounded(decibels) : null;
}

/** Three decimals: far below what the measure can tell, and the same on machines that differ in the last bits. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
