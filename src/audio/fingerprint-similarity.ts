const WORD_BYTES = 4;
const MAX_OFFSET_WORDS = 8;
const MIN_COMMON_WORDS = 8;
const BITS_PER_WORD = 32;

/**
 * The share of equal bits of two raw Chromaprint fingerprints (base64), at the best of 17 offsets, in 0..1: about 0.5
 * for different music, above 0.9 for two encodings of the same. Null when they have too few words to compare.
 */
export function fingerprintSimilarity(a: string, b: string): number | null {
  const wordsA = wordsOf(a);
  const wordsB = wordsOf(b);
  let best: number | null = null;
  for (let offset = -MAX_OFFSET_WORDS; offset <= MAX_OFFSET_WORDS; offset++) {
    const start = Math.max(0, -offset);
    const end = Math.min(wordsA.length, wordsB.length - offset);
    const common = end - start;
    if (common < Math.min(MIN_COMMON_WORDS, wordsA.length, wordsB.length) || common < 1) continue;
    let differing = 0;
    for (let index = start; index < end; index++) {
      differing += bitCount((wordsA[index] ?? 0) ^ (wordsB[index + offset] ?? 0));
    }
    best = Math.max(best ?? 0, 1 - differing / (common * BITS_PER_WORD));
  }
  return best;
}

function wordsOf(base64: string): number[] {
  const raw = Buffer.from(base64, "base64");
  const words: number[] = [];
  for (let at = 0; at + WORD_BYTES <= raw.length; at += WORD_BYTES) words.push(raw.readUInt32LE(at));
  return words;
}

function bitCount(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
