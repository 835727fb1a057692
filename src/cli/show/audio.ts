import type { AlbumGain, AudioNote, AudioOutcome, TrackFeatures as Features } from "../../audio/index.ts";
// From its own file: the whole stage would load FFmpeg into the command line.
import { trackGain } from "../../audio/loudness/replay-gain.ts";
import type { Output } from "../report/output.ts";
import { type Field, printFields } from "../report/table.ts";
import { gainText } from "./gain.ts";
import { keyText } from "./key.ts";
import { outlinePicture, pitchPicture } from "./sound-picture.ts";

const PICTURE_COLUMNS = 72;
/** The longest name of a field, and the gap behind it. */
const LABEL_COLUMNS = "danceability".length + 2;
const NOTABLE_SILENCE_MS = 500;
const NOTABLE_OFFSET = 0.005;

/** What a program is told of a file: all values as they were measured, fingerprint and gating blocks left out. */
export function audioRecord(outcome: AudioOutcome): Readonly<Record<string, unknown>> {
  if (!outcome.ok) return { ok: false, reason: outcome.reason, detail: outcome.detail };
  const { codec, sampleRateHz, channels, durationMs, averageBitrateKbps, proof, notes, features } = outcome;
  const { gatingBlocks: _, ...loudness } = outcome.loudness;
  return {
    ok: true,
    codec,
    sampleRateHz,
    channels,
    durationMs,
    averageBitrateKbps,
    proof,
    notes,
    loudness: { ...loudness, replayGain: trackGain(outcome.loudness) },
    features,
  };
}

/** What is odd about a file that is sound. */
export function noteTexts(notes: readonly AudioNote[]): readonly string[] {
  return notes.map(({ kind, detail }) => `${kind}: ${detail}`);
}

/** Files that belong together, and what gain they have as an album. */
export interface AnalysedGroup {
  /** Null for files that were named one by one. */
  readonly folder: string | null;
  readonly files: readonly { readonly path: string; readonly outcome: AudioOutcome }[];
  readonly gain: AlbumGain | null;
}

/** All files, with `albums` each group's gain behind them. */
export function showAnalysis(output: Output, groups: readonly AnalysedGroup[], albums: boolean): void {
  for (const [index, { folder, files, gain }] of groups.entries()) {
    if (index > 0) output.line();
    showFiles(output, files);
    if (!albums) continue;
    output.line();
    printFields(output, [
      ["album", folder ?? `${files.length} files`, "bold"],
      ["loudness", gain === null ? "none" : `${gain.integratedLufs.toFixed(1)} LUFS`],
      ["ReplayGain", gain && gainText(gain)],
    ]);
  }
}

function showFiles(output: Output, files: AnalysedGroup["files"]): void {
  for (const [index, { path, outcome }] of files.entries()) {
    if (index > 0) output.line();
    if (!outcome.ok) {
      printFields(output, [
        ["file", path, "bold"],
        ["refused", `${outcome.reason}: ${outcome.detail}`, "red"],
      ]);
      continue;
    }
    const { loudness, features } = outcome;
    const gain = trackGain(loudness);
    printFields(output, [
      ["file", path, "bold"],
      [
        "stream",
        `${outcome.codec}, ${outcome.sampleRateHz} Hz, ${outcome.channels} ch, ${clock(outcome.durationMs)}`,
      ],
      ["proved by", [outcome.proof, ...noteTexts(outcome.notes)].join("; ")],
      [
        "loudness",
        loudness.integratedLufs === null
          ? noLoudnessText(outcome.durationMs)
          : [
              `${loudness.integratedLufs.toFixed(1)} LUFS`,
              ...(loudness.rangeLu === null ? [] : [`range ${loudness.rangeLu.toFixed(1)} LU`]),
              ...(loudness.shortTermMaxLufs === null
                ? []
                : [`loudest three seconds ${loudness.shortTermMaxLufs.toFixed(1)} LUFS`]),
            ].join(", "),
      ],
      ["ReplayGain", gain && gainText(gain)],
      ["sample peak", decibels(loudness.samplePeakDbfs, "dBFS")],
      ["true peak", loudness.truePeakDbtp === null ? null : decibels(loudness.truePeakDbtp, "dBTP")],
      ["tempo", tempoText(features)],
      ["beats", beatsText(features)],
      ["key", keyWithStrength(features)],
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
      ["speech", features?.speech ? `${(features.speech.share * 100).toFixed(0)} % of the time` : null],
      ["condition", features ? conditionText(features.condition, outcome.durationMs) : null],
      ...(output.isTerminal ? pictureFields(features, output.columns) : []),
    ]);
  }
}

/** EBU R 128 gates windows of 400 ms: what is shorter has no loudness, however loud it is. */
function noLoudnessText(durationMs: number): string {
  return durationMs < 400 ? "none: shorter than 0.4 s" : "silence";
}

/** What is odd about the signal, or that nothing is. */
function conditionText(condition: Features["condition"], durationMs: number): string {
  const { silenceHeadMs, silenceTailMs, clippedRuns, clippedSamples, dcOffset, isMonoInStereo, bandLimit } =
    condition;
  if (silenceHeadMs > 0 && Math.min(silenceHeadMs, silenceTailMs) >= durationMs) return "nothing but silence";
  const remarks = [
    silenceHeadMs >= NOTABLE_SILENCE_MS
      ? `${(silenceHeadMs / 1000).toFixed(1)} s of silence at the head`
      : "",
    silenceTailMs >= NOTABLE_SILENCE_MS ? `${(silenceTailMs / 1000).toFixed(1)} s at the tail` : "",
    clippedRuns > 0 ? `clipped ${clippedRuns} times (${clippedSamples} samples)` : "",
    Math.abs(dcOffset) >= NOTABLE_OFFSET ? `DC offset ${dcOffset.toFixed(3)}` : "",
    isMonoInStereo === true ? "mono in stereo" : "",
    bandLimit
      ? `nothing above ${(bandLimit.cutOffHz / 1000).toFixed(1)} kHz (falls by ${bandLimit.dropDb.toFixed(0)} dB)`
      : "",
  ].filter((remark) => remark !== "");
  return remarks.length === 0 ? "nothing odd" : remarks.join(", ");
}

function tempoText(features: Features | null): string | null {
  const tempo = features?.tempo;
  if (!tempo) return null;
  const others = tempo.alternatives.slice(0, 2).map(({ bpm }) => bpm.toFixed(1));
  const heard = others.length > 0 ? `; or ${others.join(", ")}` : "";
  return `${tempo.bpm.toFixed(1)} BPM (confidence ${tempo.confidence.toFixed(2)})${heard}`;
}

function beatsText(features: Features | null): string | null {
  const beats = features?.beats;
  if (!beats) return null;
  const [first, last] = [beats[0] ?? 0, beats.at(-1) ?? 0];
  if (beats.length < 2) return String(beats.length);
  return `${beats.length} from ${first.toFixed(2)} s to ${last.toFixed(2)} s, ${((beats.length - 1) / (last - first)).toFixed(2)} a second`;
}

function keyWithStrength(features: Features | null): string | null {
  const key = features?.key;
  if (!key) return null;
  return `${keyText(key.tonic, key.mode)} (strength ${key.strength.toFixed(2)}, next ${key.nextStrength.toFixed(2)}, profile ${key.profile})`;
}

/** For a terminal: pitches over time with the outline below. */
function pictureFields(features: Features | null, columns: number): readonly Field[] {
  const room = Math.min(PICTURE_COLUMNS, Math.max(1, columns - LABEL_COLUMNS));
  const pitches = pitchPicture(features?.spectrogram ?? null, room);
  return [
    ...pitches.map((line, row): Field => {
      const label = row === 0 ? "11 kHz" : row === pitches.length - 1 ? "40 Hz" : "";
      return [label, line];
    }),
    ["outline", outlinePicture(features?.waveform ?? null, pitches[0]?.length ?? room)],
  ];
}

function decibels(value: number | null, unit: string): string {
  return value === null ? "digital silence" : `${value.toFixed(2)} ${unit}`;
}

function clock(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
