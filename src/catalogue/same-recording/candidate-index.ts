import { bitCount } from "./compare-recordings.ts";
import { SKETCH_ENTRIES, type Sketch } from "./sketch.ts";

/** Of 32 bits; voted words of two encodings differ in two on average, those of different music in sixteen. */
const MAX_CHECK_BITS = 8;
/** In a longer run of equal keys each entry meets only so many that follow it. */
const MAX_NEIGHBOURS = 16;
const PREFIX_BITS = 16;

/**
 * Finds the pairs of recordings that are worth comparing: those with a key in common and nearly equal words behind it.
 * Entries are kept in typed arrays: 12 bytes, twice while they are sorted, 80 a recording, so 1.9 kB a recording.
 */
export class CandidateIndex {
  readonly #keys: Uint32Array;
  readonly #checks: Uint32Array;
  readonly #owners: Uint32Array;
  #entries = 0;

  constructor(recordings: number) {
    this.#keys = new Uint32Array(recordings * SKETCH_ENTRIES);
    this.#checks = new Uint32Array(recordings * SKETCH_ENTRIES);
    this.#owners = new Uint32Array(recordings * SKETCH_ENTRIES);
  }

  /** Throws `RangeError` when more recordings come than were told. Numbers of recordings must ascend. */
  add(recording: number, { keys, checks }: Sketch): void {
    this.#keys.set(keys, this.#entries);
    this.#checks.set(checks, this.#entries);
    this.#owners.fill(recording, this.#entries, this.#entries + keys.length);
    this.#entries += keys.length;
  }

  /** Each pair once, as `smaller · 2^26 + larger`, sorted. */
  pairs(): Float64Array {
    const { order, starts } = this.#byPrefix();
    const found = new Set<number>();
    for (let prefix = 0; prefix + 1 < starts.length; prefix++) {
      const bucket = order.subarray(starts[prefix], starts[prefix + 1]);
      // Entries were added by ascending recording, so equal keys are in that order too.
      bucket.sort((a, b) => (this.#keys[a] ?? 0) - (this.#keys[b] ?? 0) || a - b);
      this.#pairsOf(bucket, found);
    }
    return Float64Array.from(found).sort();
  }

  #pairsOf(bucket: Uint32Array, found: Set<number>): void {
    for (let at = 0; at < bucket.length; at++) {
      const entry = bucket[at] ?? 0;
      const end = Math.min(bucket.length, at + 1 + MAX_NEIGHBOURS);
      for (let next = at + 1; next < end; next++) {
        const other = bucket[next] ?? 0;
        if (this.#keys[entry] !== this.#keys[other]) break;
        const differing = bitCount((this.#checks[entry] ?? 0) ^ (this.#checks[other] ?? 0));
        if (differing <= MAX_CHECK_BITS)
          found.add(pairOf(this.#owners[entry] ?? 0, this.#owners[other] ?? 0));
      }
    }
  }

  /** Counting sort of the entries by the first bits of their keys. */
  #byPrefix(): { readonly order: Uint32Array; readonly starts: Uint32Array } {
    const shift = 32 - PREFIX_BITS;
    const starts = new Uint32Array((1 << PREFIX_BITS) + 1);
    for (let at = 0; at < this.#entries; at++) {
      const place = ((this.#keys[at] ?? 0) >>> shift) + 1;
      starts[place] = (starts[place] ?? 0) + 1;
    }
    for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
    const next = starts.slice();
    const order = new Uint32Array(this.#entries);
    for (let at = 0; at < this.#entries; at++) {
      const prefix = (this.#keys[at] ?? 0) >>> shift;
      const place = next[prefix] ?? 0;
      order[place] = at;
      next[prefix] = place + 1;
    }
    return { order, starts };
  }
}

const RECORDINGS_LIMIT = 2 ** 26;

function pairOf(smaller: number, larger: number): number {
  return smaller * RECORDINGS_LIMIT + larger;
}

export function splitPair(pair: number): readonly [smaller: number, larger: number] {
  return [Math.floor(pair / RECORDINGS_LIMIT), pair % RECORDINGS_LIMIT];
}
