/** Entries that stand for a fingerprint, at most: 12 bytes each. */
export const SKETCH_ENTRIES = 80;
const LIKELY_ENTRIES = 2 * SKETCH_ENTRIES;
/** Fewer different words are silence or a jingle too short to tell it by. */
const MIN_DISTINCT_WORDS = 40;
/** A key is made of two words a second apart, 20 bits of each. */
const KEY_DISTANCE_WORDS = 8;
const KEY_BITS = 0x000f_ffff;
const CHECK_DISTANCE_WORDS = 16;

/** Keys by which recordings find each other, ascending by hash, and for each 32 bits from two seconds later. */
export interface Sketch {
  readonly keys: Uint32Array;
  readonly checks: Uint32Array;
}

/**
 * The `SKETCH_ENTRIES` smallest hashes (bottom-k min-hash; Broder 1997) of a raw Chromaprint fingerprint, about eight
 * words a second. Words are first smoothed by a vote of three neighbours, bit by bit, which halves the errors that an
 * encoder makes. Empty for what has no 40 different words.
 */
export function sketchOf(fingerprint: Uint32Array): Sketch {
  if (!hasDistinctWords(fingerprint)) return { keys: new Uint32Array(0), checks: new Uint32Array(0) };
  const voted = votedWords(fingerprint);
  // Most keys are too large to be among the smallest: they are not even collected, unless too few are left.
  const likely = keysBelow(voted, (2 ** 32 * LIKELY_ENTRIES) / voted.length);
  const found = likely.size >= SKETCH_ENTRIES ? likely : keysBelow(voted, 2 ** 32);
  const keys = Uint32Array.from(found.keys()).sort().slice(0, SKETCH_ENTRIES);
  return { keys, checks: Uint32Array.from(keys, (key) => found.get(key) ?? 0) };
}

function hasDistinctWords(words: Uint32Array): boolean {
  const seen = new Set<number>();
  for (const word of words) if (seen.add(word).size >= MIN_DISTINCT_WORDS) return true;
  return false;
}

/** The keys below a limit with their checks; the first place of a key counts. */
function keysBelow(voted: Uint32Array, limit: number): Map<number, number> {
  const found = new Map<number, number>();
  const last = voted.length - CHECK_DISTANCE_WORDS;
  for (let at = 0; at < last; at++) {
    const key = keyHash(voted[at] ?? 0, voted[at + KEY_DISTANCE_WORDS] ?? 0);
    if (key < limit && !found.has(key)) found.set(key, voted[at + CHECK_DISTANCE_WORDS] ?? 0);
  }
  return found;
}

function votedWords(words: Uint32Array): Uint32Array {
  const voted = new Uint32Array(Math.max(0, words.length - 2));
  for (let at = 0; at < voted.length; at++) {
    const a = words[at] ?? 0;
    const b = words[at + 1] ?? 0;
    const c = words[at + 2] ?? 0;
    voted[at] = (a & b) | (a & c) | (b & c);
  }
  return voted;
}

/** Mixes two words into 32 bits (constants: the finaliser of MurmurHash3). */
function keyHash(first: number, second: number): number {
  let hash = Math.imul(first & KEY_BITS, 0x9e37_79b1) ^ Math.imul((second & KEY_BITS) + 1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
