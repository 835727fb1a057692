import type { AudioOutcome, TrackFeatures as Features } from "../../audio/index.ts";
import type { Output } from "../report/output.ts";
import { printFields } from "../report/table.ts";

const NOTE_NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const BLOCKS = " ▁▂▃▄▅▆▇█";
const OUTLINE_COLUMNS = 72;

/** What a program is told of a file: all values as they were measured, the fingerprint left out. */
export function audioRecord(outcome: AudioOutcome): Readonly<Record<string, unknown>> {
  if (!outcome.ok) return { ok: false, reason: outcome.reason, detail: outcome.detail };
  const { codec, sampleRateHz, channels, durationMs, averageBitrateKbps, proof, loudness, features } =
    outcome;
  return {
    ok: true,
    codec,
    sampleRateHz,
    channels,
    durationMs,
    averageBitrateKbps,
    proof,
    loudness,
    features,
  };
}

export function showAnalysis(
  output: Output,
  files: readonly { readonly path: string; readonly outcome: AudioOutcome }[],
): void {
  for (const [index, { path, outcome }] of files.entries()) {
    if (index > 0) output.line();
    if (!outcome.ok) {
      printFields(output, [
        ["file", path, "bold"],
        ["damaged", `${outcome.reason}: ${outcome.detail}`, "red"],
      ]);
      continue;
    }
    const { loudness, features } = outcome;
    printFields(output, [
      ["file", path, "bold"],
      [
        "stream",
        `${outcome.codec}, ${outcome.sampleRateHz} Hz, ${outcome.channels} ch, ${clock(outcome.durationMs)}`,
      ],
      ["proved by", outcome.proof],
      [
        "loudness",
        loudness.integratedLufs === null
          ? "silence"
          : `${loudness.integratedLufs.toFixed(1)} LUFS, range ${loudness.rangeLu?.toFixed(1)} LU`,
      ],
      ["sample peak", decibels(loudness.samplePeakDbfs, "dBFS")],
      ["true peak", loudness.truePeakDbtp === null ? null : decibels(loudness.truePeakDbtp, "dBTP")],
      ["tempo", tempoText(features)],
      ["key", keyText(features)],
      [
        "onsets",
        features?.onsetsPerSecond == null ? null : `${features.onsetsPerSecond.toFixed(1)} a second`,
      ],
      ["danceability", features?.danceability == null ? null : features.danceability.toFixed(2)],
      [
        "spectrum",
        features?.spectrum
          ? `centroid ${Math.round(features.spectrum.centroidHz)} Hz, flatness ${features.spectrum.flatness.toFixed(3)}`
          : null,
      ],
      [
        "dynamics",
        features?.dynamics
          ? `${features.dynamics.complexityDb.toFixed(1)} dB, RMS ${features.dynamics.energyRms.toFixed(3)}`
          : null,
      ],
      ["outline", output.isTerminal ? outline(features) : null],
    ]);
  }
}

function tempoText(features: Features | null): string | null {
  const tempo = features?.tempo;
  if (!tempo) return null;
  const others = tempo.alternatives.slice(0, 2).map(({ bpm }) => bpm.toFixed(1));
  const heard = others.length > 0 ? `; or ${others.join(", ")}` : "";
  return `${tempo.bpm.toFixed(1)} BPM (confidence ${tempo.confidence.toFixed(2)})${heard}`;
}

function keyText(features: Features | null): string | null {
  const key = features?.key;
  if (!key) return null;
  return `${NOTE_NAMES[key.tonic]} ${key.mode} (strength ${key.strength.toFixed(2)}, next ${key.nextStrength.toFixed(2)}, profile ${key.profile})`;
}

function outline(features: Features | null): string | null {
  const peaks = features?.waveform?.peaks ?? [];
  if (peaks.length === 0) return null;
  const columns = Math.min(OUTLINE_COLUMNS, peaks.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * peaks.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * peaks.length) / columns));
    const highest = Math.max(...peaks.slice(from, to));
    return BLOCKS[Math.round((highest / 255) * (BLOCKS.length - 1))] ?? " ";
  }).join("");
}

function decibels(value: number | null, unit: string): string {
  return value === null ? "digital silence" : `${value.toFixed(2)} ${unit}`;
}

function clock(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
