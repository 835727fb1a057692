import { CHROMA_BINS } from "./chroma.ts";

export interface KeyEstimate {
  /** 0 (C) to 11 (B). */
  readonly tonic: number;
  readonly mode: "major" | "minor";
  /** Correlation of the track's pitch classes with the profile of the key: 1 is perfect, 0 none. */
  readonly strength: number;
  /** The correlation of the next best key, for who wants to know how sure that is. */
  readonly nextStrength: number;
  readonly profile: string;
  /** How far the music's A is from 440 Hz, to a third of a semitone. */
  readonly tuningCents: number;
}

export const KEY_PROFILE = "edma";

/**
 * How often each degree sounds in music of a key, from the tonic up. Faraldo, Gómez, Jordà, Herrera: *Key Estimation in
 * Electronic Dance Music*, ECIR 2016, table of the profile EDMA.
 */
const MAJOR = [
  0.16519551, 0.04749026, 0.08293076, 0.06687112, 0.09994645, 0.09274123, 0.05294487, 0.13159476, 0.05218986,
  0.07443653, 0.06940723, 0.0642515,
];
const MINOR = [
  0.17235348, 0.05336489, 0.0761009, 0.10043649, 0.05621498, 0.08527853, 0.0497915, 0.13451001, 0.07458916,
  0.05003023, 0.09187879, 0.05545106,
];
const BINS_PER_SEMITONE = CHROMA_BINS / 12;

/** The key whose profile is most like the pitch classes `chroma` (36 bins from C), or null when none is like it at all. */
export function estimateKey(chroma: Float64Array): KeyEstimate | null {
  const shift = tuningShift(chroma);
  const classes = Array.from({ length: 12 }, (_, semitone) => {
    const centre = semitone * BINS_PER_SEMITONE + shift;
    return binAt(chroma, centre) + 0.5 * (binAt(chroma, centre - 1) + binAt(chroma, centre + 1));
  });
  const keys = [
    { mode: "major" as const, profile: MAJOR },
    { mode: "minor" as const, profile: MINOR },
  ].flatMap(({ mode, profile }) =>
    classes.map((_, tonic) => ({
      tonic,
      mode,
      strength: correlation(
        profile,
        classes.map((_, degree) => classes[(tonic + degree) % 12] ?? 0),
      ),
    })),
  );
  keys.sort((a, b) => b.strength - a.strength);
  const [best, next] = keys;
  if (!best || !next || !(best.strength > 0)) return null;
  return {
    ...best,
    nextStrength: next.strength,
    profile: KEY_PROFILE,
    tuningCents: (100 * shift) / BINS_PER_SEMITONE,
  };
}

/** By how many bins the strongest pitches lie beside the semitones of A = 440 Hz: -1, 0 or 1. */
function tuningShift(chroma: Float64Array): number {
  const sums = [-1, 0, 1].map((shift) => {
    let sum = 0;
    for (let semitone = 0; semitone < 12; semitone += 1)
      sum += binAt(chroma, semitone * BINS_PER_SEMITONE + shift);
    return { shift, sum };
  });
  sums.sort((a, b) => b.sum - a.sum || Math.abs(a.shift) - Math.abs(b.shift));
  return sums[0]?.shift ?? 0;
}

function binAt(chroma: Float64Array, bin: number): number {
  return chroma[(bin + CHROMA_BINS) % CHROMA_BINS] ?? 0;
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((sum, x) => sum + x, 0) / a.length;
  const meanB = b.reduce((sum, x) => sum + x, 0) / b.length;
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = (b[i] ?? 0) - meanB;
    ab += (x - meanA) * y;
    aa += (x - meanA) ** 2;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
