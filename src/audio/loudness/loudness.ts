import type { Loudness } from "../types.ts";
import type { LoudnessReadings } from "./loudness-meter.ts";
import { gatingBlocksOf } from "./replay-gain.ts";

/** Values of different versions are not compared. */
export const LOUDNESS_TOOL = "deadwax-loudness/1";

/** A meter's readings as they are kept, peaks in decibels of full scale. */
export function loudnessOf(
  readings: LoudnessReadings,
  truePeak: { readonly dbtp: number; readonly tool: string } | null,
): Loudness {
  return {
    integratedLufs: rounded(readings.integratedLufs),
    rangeLu: rounded(readings.rangeLu),
    shortTermMaxLufs: rounded(readings.shortTermMaxLufs),
    samplePeakDbfs: rounded(20 * Math.log10(readings.samplePeak)),
    truePeakDbtp: truePeak && rounded(truePeak.dbtp),
    gatingBlocks: gatingBlocksOf(readings.blocks),
    tool: truePeak === null ? LOUDNESS_TOOL : `${LOUDNESS_TOOL}; true peak by ${truePeak.tool}`,
  };
}

/** Three decimals: far below what the measure can tell, and the same on machines that differ in the last bits. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000;
}
