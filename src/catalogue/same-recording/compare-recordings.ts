/** Lead-ins may differ by 15 seconds. */
const MAX_OFFSET_WORDS = 120;
const COARSE_STEP_WORDS = 8;
/** Of the longer one: an excerpt, or a version that goes on, is another recording. */
const MIN_OVERLAP = 0.8;
const MIN_COMPARED_WORDS = 40;
/** Encodings of one recording have 0.9 and more, other music about 0.5 and at most 0.6: docs/decisions/same-recording.md. */
export const MIN_SIMILARITY = 0.85;

export interface Likeness {
  /** Share of equal bits, 0–1, over the words that are not the same as the one before in both (silence). */
  readonly similarity: number;
  /** How many words later the second one begins its music. */
  readonly offsetWords: number;
}

/** Compares two raw fingerprints at the offset where they fit best; null unless they are one recording. */
export function compareRecordings(a: Uint32Array, b: Uint32Array): Likeness | null {
  let best: Likeness | null = null;
  for (let offset = -MAX_OFFSET_WORDS; offset <= MAX_OFFSET_WORDS; offset++) {
    const coarse = similarityAt(a, b, offset, COARSE_STEP_WORDS);
    if (coarse === null || coarse < MIN_SIMILARITY - 0.1) continue;
    const similarity = similarityAt(a, b, offset, 1);
    if (similarity !== null && similarity > (best?.similarity ?? 0))
      best = { similarity, offsetWords: offset };
  }
  return best !== null && best.similarity >= MIN_SIMILARITY ? best : null;
}

function similarityAt(a: Uint32Array, b: Uint32Array, offset: number, step: number): number | null {
  const start = Math.max(1, 1 - offset);
  const end = Math.min(a.length, b.length - offset);
  if (end - start < MIN_OVERLAP * Math.max(a.length, b.length)) return null;
  let compared = 0;
  let differing = 0;
  for (let at = start; at < end; at += step) {
    const left = a[at] ?? 0;
    const right = b[at + offset] ?? 0;
    if (left === a[at - 1] && right === b[at + offset - 1]) continue;
    compared += 1;
    differing += bitCount(left ^ right);
  }
  return compared * step < MIN_COMPARED_WORDS ? null : 1 - differing / (compared * 32);
}

export function bitCount(word: number): number {
  let pairs = word - ((word >>> 1) & 0x5555_5555);
  pairs = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
