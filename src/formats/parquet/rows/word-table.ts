import { grownArray } from "../../../core/grown-array.ts";
import { copyBytes, grownBytes, newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";

/** Different texts, as bytes of UTF-8, each with its number. They stand one after the other as PLAIN values of Parquet. */
export class WordTable {
  #slots = new Int32Array(4096);
  #starts = new Int32Array(1024);
  #hashes = new Int32Array(1024);
  #bytes: ViewedBytes = newBytes(1 << 14);
  #used = 0;
  #size = 0;
  /** The word that was asked for last. */
  #last = 0;

  get size(): number {
    return this.#size;
  }

  get sizeBytes(): number {
    return this.#used;
  }

  /** Each word with its length (4 bytes, low byte first) before it; good until a word is added. */
  get plain(): Uint8Array {
    return this.#bytes.array.subarray(0, this.#used);
  }

  /** The number of the text in bytes [from, to), which is `size` for one that was not there, and is there now. */
  add(bytes: ViewedBytes, from: number, to: number): number {
    // One album, one artist: the same word comes again and again.
    if (this.#last < this.#size && this.isWord(this.#last, bytes, from, to)) return this.#last;
    this.#last = this.#find(bytes, from, to);
    return this.#last;
  }

  #find(bytes: ViewedBytes, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    for (;;) {
      const word = (this.#slots[at] ?? 0) - 1;
      if (word < 0) break;
      if (this.#hashes[word] === hash && this.isWord(word, bytes, from, to)) return word;
      at = (at + 1) & mask;
    }
    this.#slots[at] = this.#size + 1;
    return this.#append(hash, bytes, from, to);
  }

  /** A word with its length before it. */
  plainOf(word: number): Uint8Array {
    const end = word + 1 < this.#size ? this.#starts[word + 1] : this.#used;
    return this.#bytes.array.subarray(this.#starts[word], end);
  }

  /** A word without its length. */
  word(word: number): Uint8Array {
    return this.plainOf(word).subarray(4);
  }

  clear(): void {
    if (this.#size > 0) this.#slots.fill(0);
    this.#used = 0;
    this.#size = 0;
  }

  #append(hash: number, bytes: ViewedBytes, from: number, to: number): number {
    const word = this.#size;
    if (word === this.#starts.length) {
      this.#starts = grownArray(this.#starts);
      this.#hashes = grownArray(this.#hashes);
    }
    const length = to - from;
    if (this.#used + 4 + length > this.#bytes.array.length) {
      this.#bytes = grownBytes(this.#bytes, this.#used, 2 * this.#bytes.array.length + length);
    }
    this.#starts[word] = this.#used;
    this.#hashes[word] = hash;
    this.#bytes.view.setInt32(this.#used, length, true);
    copyBytes(bytes, from, to, this.#bytes, this.#used + 4);
    this.#used += 4 + length;
    this.#size += 1;
    if (2 * this.#size > this.#slots.length) this.#growSlots();
    return word;
  }

  /** Whether the word is the text in bytes [from, to). */
  isWord(word: number, bytes: ViewedBytes, from: number, to: number): boolean {
    const start = (this.#starts[word] ?? 0) + 4;
    const end = word + 1 < this.#size ? (this.#starts[word + 1] ?? 0) : this.#used;
    if (end - start !== to - from) return false;
    const { array, view } = this.#bytes;
    let index = start;
    let at = from;
    for (; index + 4 <= end; index += 4, at += 4) {
      if (view.getInt32(index) !== bytes.view.getInt32(at)) return false;
    }
    for (; index < end; index += 1, at += 1) if (array[index] !== bytes.array[at]) return false;
    return true;
  }

  #growSlots(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    for (let word = 0; word < this.#size; word += 1) {
      let at = (this.#hashes[word] ?? 0) & (slots.length - 1);
      while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
      slots[at] = word + 1;
    }
    this.#slots = slots;
  }
}

/** Four bytes a step. */
function hashOf(bytes: ViewedBytes, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ bytes.view.getInt32(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ (bytes.array[at] ?? 0), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
