import type { GatingBlocks, Loudness } from "../types.ts";
import { GATE_LUFS, LoudnessHistogram } from "./loudness-histogram.ts";

/** ReplayGain 2.0 brings music to this. */
const REFERENCE_LUFS = -18;
const BINS_PER_LU = 10;
/** EBU R 128. */
const BLOCK_GATE_LU = 10;

export interface ReplayGain {
  readonly gainDb: number;
  /** Of full scale, before the gain: the true peak where it was measured, else the sample peak. */
  readonly peak: number;
}

export interface AlbumGain extends ReplayGain {
  readonly integratedLufs: number;
}

/** Null for what has no loudness. */
export function trackGain({
  integratedLufs,
  truePeakDbtp,
  samplePeakDbfs,
}: Pick<Loudness, "integratedLufs" | "truePeakDbtp" | "samplePeakDbfs">): ReplayGain | null {
  if (integratedLufs === null) return null;
  const peakDb = truePeakDbtp ?? samplePeakDbfs ?? Number.NEGATIVE_INFINITY;
  return { gainDb: REFERENCE_LUFS - integratedLufs, peak: 10 ** (peakDb / 20) };
}

/**
 * The gain of tracks that belong together, by the gated loudness of all their blocks (EBU R 128 over the union), not by the
 * mean of their loudnesses. Blocks are known to 0.05 LU, and so is the loudness of an album but for what lies at the gate.
 */
export function albumGain(tracks: readonly Loudness[]): AlbumGain | null {
  const all = new LoudnessHistogram();
  for (const { gatingBlocks } of tracks) {
    if (gatingBlocks === null) continue;
    for (const [index, count] of gatingBlocks.counts.entries()) {
      all.addMany(GATE_LUFS + (gatingBlocks.firstBin + index + 0.5) / BINS_PER_LU, count);
    }
  }
  const integratedLufs = all.gatedLufs(BLOCK_GATE_LU);
  if (integratedLufs === null) return null;
  const peak = Math.max(...tracks.map((track) => trackGain(track)?.peak ?? 0));
  return { gainDb: REFERENCE_LUFS - integratedLufs, peak, integratedLufs };
}

/** The blocks of a track in tenths of an LU; null when there is none. */
export function gatingBlocksOf(blocks: LoudnessHistogram): GatingBlocks | null {
  const counts = blocks.counts(BINS_PER_LU);
  const firstBin = counts.findIndex((count) => count > 0);
  const end = counts.findLastIndex((count) => count > 0) + 1;
  return firstBin < 0 ? null : { firstBin, counts: counts.slice(firstBin, end) };
}
