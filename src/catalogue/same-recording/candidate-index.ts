import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { bitCount } from "./compare-recordings.ts";
import type { Sketch } from "./sketch.ts";

/** Of 32 bits; voted words of two encodings differ in two on average, those of different music in sixteen. */
const MAX_CHECK_BITS = 8;
/** In a longer run of equal keys each entry meets only so many that follow it. */
const MAX_NEIGHBOURS = 16;
/** Key, check, number of the recording. */
const ENTRY_WORDS = 3;
const WORD_BYTES = 4;
const BUFFER_ENTRIES = 4096;

/**
 * Finds the pairs of recordings that are worth comparing: those with a key in common and nearly equal words behind it.
 * Entries go to files by the low bits of their keys and are paired a file at a time: so memory is a write buffer of 48 KiB
 * and, while pairing, 16 bytes an entry of the largest file, whatever the number of recordings. On disk: 960 bytes a
 * recording.
 */
export class CandidateIndex {
  readonly #parts: Part[];

  /** `parts`: a power of two. Four million entries a part, 50,000 recordings, take 64 MiB to pair. */
  constructor(folder: string, parts: number) {
    if (parts < 1 || (parts & (parts - 1)) !== 0) throw new RangeError(`${parts} parts are no power of two`);
    this.#parts = Array.from({ length: parts }, (_, part) => new Part(join(folder, `keys-${part}`)));
  }

  add(recording: number, { keys, checks }: Sketch): void {
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] ?? 0;
      this.#parts[key & (this.#parts.length - 1)]?.add(key, checks[at] ?? 0, recording);
    }
  }

  /**
   * Each pair once, as `pairOf(smaller, larger)`, ascending. `ranks` gives each recording the number that it goes by in
   * the pairs: the result then does not depend on the order in which recordings came.
   */
  pairs(ranks: Uint32Array): Float64Array {
    const byPart = this.#parts.map((part) => {
      const found = new Set<number>();
      pairsOf(part.entries(), ranks, found);
      return Float64Array.from(found);
    });
    const all = new Float64Array(byPart.reduce((sum, { length }) => sum + length, 0));
    let filled = 0;
    for (const pairs of byPart) {
      all.set(pairs, filled);
      filled += pairs.length;
    }
    all.sort();
    return all.filter((pair, at) => pair !== all[at - 1]);
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}

/** One file of entries, written through a buffer. */
class Part {
  readonly #fd: number;
  readonly #buffer = new Uint32Array(BUFFER_ENTRIES * ENTRY_WORDS);
  #filled = 0;

  constructor(path: string) {
    this.#fd = openSync(path, "w+");
  }

  add(key: number, check: number, recording: number): void {
    this.#buffer[this.#filled] = key;
    this.#buffer[this.#filled + 1] = check;
    this.#buffer[this.#filled + 2] = recording;
    this.#filled += ENTRY_WORDS;
    if (this.#filled === this.#buffer.length) this.#flush();
  }

  entries(): Uint32Array {
    this.#flush();
    const bytes = new Uint8Array(fstatSync(this.#fd).size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(this.#fd, bytes, at, bytes.length - at, at);
      if (read === 0) throw new RangeError("a file of keys became shorter while it was read");
      at += read;
    }
    return new Uint32Array(bytes.buffer);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#filled * WORD_BYTES);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#filled = 0;
  }
}

function pairsOf(entries: Uint32Array, ranks: Uint32Array, found: Set<number>): void {
  const { order, starts } = byPrefix(entries);
  const keyOf = (entry: number): number => entries[entry * ENTRY_WORDS] ?? 0;
  const rankOf = (entry: number): number => ranks[entries[entry * ENTRY_WORDS + 2] ?? 0] ?? 0;
  for (let prefix = 0; prefix + 1 < starts.length; prefix++) {
    const bucket = order.subarray(starts[prefix], starts[prefix + 1]);
    if (bucket.length < 2) continue;
    bucket.sort((a, b) => keyOf(a) - keyOf(b) || rankOf(a) - rankOf(b));
    for (let at = 0; at < bucket.length; at++) {
      const entry = bucket[at] ?? 0;
      const end = Math.min(bucket.length, at + 1 + MAX_NEIGHBOURS);
      for (let next = at + 1; next < end; next++) {
        const other = bucket[next] ?? 0;
        if (keyOf(entry) !== keyOf(other)) break;
        const checks = (entries[entry * ENTRY_WORDS + 1] ?? 0) ^ (entries[other * ENTRY_WORDS + 1] ?? 0);
        if (bitCount(checks) <= MAX_CHECK_BITS) found.add(pairOf(rankOf(entry), rankOf(other)));
      }
    }
  }
}

/** The smallest hashes of many are small: their bits are mixed anew before the first ones decide. */
const PREFIX_BITS = 16;

function prefixOf(key: number): number {
  return (Math.imul(key, 0x9e37_79b1) >>> 0) >>> (32 - PREFIX_BITS);
}

/** Counting sort of the entries by the first bits of their mixed keys. */
function byPrefix(entries: Uint32Array): { readonly order: Uint32Array; readonly starts: Uint32Array } {
  const count = entries.length / ENTRY_WORDS;
  const starts = new Uint32Array((1 << PREFIX_BITS) + 1);
  for (let entry = 0; entry < count; entry++) {
    const place = prefixOf(entries[entry * ENTRY_WORDS] ?? 0) + 1;
    starts[place] = (starts[place] ?? 0) + 1;
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const prefix = prefixOf(entries[entry * ENTRY_WORDS] ?? 0);
    const place = next[prefix] ?? 0;
    order[place] = entry;
    next[prefix] = place + 1;
  }
  return { order, starts };
}

/** Two of these still make a number that is exact: 94,906,265² < 2⁵³. */
export const RECORDINGS_LIMIT = 94_906_265;

function pairOf(smaller: number, larger: number): number {
  return smaller * RECORDINGS_LIMIT + larger;
}

export function splitPair(pair: number): readonly [smaller: number, larger: number] {
  return [Math.floor(pair / RECORDINGS_LIMIT), pair % RECORDINGS_LIMIT];
}
