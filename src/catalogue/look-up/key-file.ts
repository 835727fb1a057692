import { IndexFile } from "./index-file.ts";

/** Bytes of a window: about what one page of the page cache holds. */
const WINDOW_BYTES = 4096;
/** Keys are spread evenly, so two guesses do; if they are not, halving finds the place all the same. */
const MAX_GUESSES = 4;
const KEY_BYTES = 8;
const KEY_SPACE = 1n << 64n;

export interface KeyMatch {
  readonly key: bigint;
  /** The place of the entry in the file, from 0. */
  readonly ordinal: number;
  /** The entry's payload; its ordinal when entries have none. */
  readonly payload: bigint;
}

/** Bytes that an entry has beside its key. */
export const PAYLOAD_BYTES = [0, 4, 8] as const;
export type PayloadBytes = (typeof PAYLOAD_BYTES)[number];

/**
 * A file of entries sorted by a 64-bit key, each with a payload of 0, 4 or 8 bytes, see `docs/formats/key-index.md`. A
 * look-up guesses the place by interpolation and reads a window or two; equal keys are all found, wherever they stand.
 */
export class KeyFile {
  readonly #file: IndexFile;
  readonly #payloadBytes: number;
  readonly #stride: number;
  readonly #perWindow: number;
  readonly #window: Buffer;

  constructor(path: string, source?: Uint8Array) {
    this.#file = IndexFile.open(path, "keys", source);
    const { parameter, count, bodyBytes } = this.#file.header;
    this.#payloadBytes = parameter;
    this.#stride = KEY_BYTES + parameter;
    this.#perWindow = Math.floor(WINDOW_BYTES / this.#stride);
    this.#window = Buffer.alloc(WINDOW_BYTES);
    if (!PAYLOAD_BYTES.some((bytes) => bytes === parameter) || count * this.#stride !== bodyBytes) {
      this.#file.close();
      throw this.#file.damaged("its header contradicts itself");
    }
  }

  /** Entries. */
  get count(): number {
    return this.#file.header.count;
  }

  /** The first `limit` entries with this key. */
  find(key: bigint, limit = 1000): KeyMatch[] {
    return this.findRange(key, key + 1n, limit);
  }

  /** The first `limit` entries whose key is at least `from` and below `end`. */
  findRange(from: bigint, end: bigint, limit = 1000): KeyMatch[] {
    const matches: KeyMatch[] = [];
    let start = this.#lowerBound(from);
    let window = this.#lastWindow;
    while (start < this.count) {
      if (start < window.start || start >= window.end) window = this.#read(start);
      const key = this.#keyAt(start - window.start);
      if (key >= end || matches.length >= limit) break;
      matches.push({ key, ordinal: start, payload: this.#payloadAt(start - window.start, start) });
      start += 1;
    }
    return matches;
  }

  close(): void {
    this.#file.close();
  }

  /** Entries in the buffer. */
  #lastWindow: { start: number; end: number } = { start: 0, end: 0 };

  /** The first entry whose key is not below `key`. */
  #lowerBound(key: bigint): number {
    // Entries before `low` are below the key, those from `high` on are not.
    let [low, high] = [0, this.count];
    let [lowKey, highKey] = [0n, KEY_SPACE];
    for (let guess = 0; low < high; guess += 1) {
      const share = guess < MAX_GUESSES ? Number(key - lowKey) / Number(highKey - lowKey + 1n) : 0.5;
      const middle = low + Math.floor((high - low) * share);
      const start = Math.max(low, Math.min(middle - Math.floor(this.#perWindow / 2), high - this.#perWindow));
      const window = this.#read(start);
      const count = window.end - start;
      const [first, last] = [this.#keyAt(0), this.#keyAt(count - 1)];
      // A window that reaches over the end of the range has greater keys in it.
      if (first > last || first < lowKey || (window.end <= high && last > highKey)) {
        throw this.#file.damaged("its keys are not sorted");
      }
      if (first >= key) {
        [high, highKey] = [start, first];
      } else if (last < key) {
        [low, lowKey] = [window.end, last];
      } else {
        return start + this.#lowerBoundInWindow(key, count);
      }
    }
    return low;
  }

  #lowerBoundInWindow(key: bigint, count: number): number {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keyAt(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #read(start: number): { start: number; end: number } {
    const end = Math.min(start + this.#perWindow, this.count);
    this.#file.readInto(this.#window, start * this.#stride, (end - start) * this.#stride);
    this.#lastWindow = { start, end };
    return this.#lastWindow;
  }

  #keyAt(index: number): bigint {
    return this.#window.readBigUInt64LE(index * this.#stride);
  }

  #payloadAt(index: number, ordinal: number): bigint {
    if (this.#payloadBytes === 0) return BigInt(ordinal);
    const at = index * this.#stride + KEY_BYTES;
    return this.#payloadBytes === 4
      ? BigInt(this.#window.readUInt32LE(at))
      : this.#window.readBigUInt64LE(at);
  }
}
