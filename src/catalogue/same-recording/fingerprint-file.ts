import { closeSync, openSync, readSync, writeSync } from "node:fs";

const WORD_BYTES = 4;
const GROWTH = 1.5;

/** Fingerprints on disk, by number, with 16 bytes of each in memory. */
export class FingerprintFile {
  readonly #fd: number;
  #ends = new Float64Array(1024);
  #count = 0;

  constructor(path: string) {
    this.#fd = openSync(path, "w+");
  }

  get count(): number {
    return this.#count;
  }

  /** Returns the number that it goes by: 0, 1, 2 … */
  add(fingerprint: Uint32Array): number {
    const start = this.#startOf(this.#count);
    const bytes = new Uint8Array(fingerprint.buffer, fingerprint.byteOffset, fingerprint.byteLength);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at, start + at);
    if (this.#count === this.#ends.length) {
      const larger = new Float64Array(Math.ceil(this.#ends.length * GROWTH));
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[this.#count] = start + bytes.length;
    return this.#count++;
  }

  wordsOf(number: number): number {
    return ((this.#ends[number] ?? 0) - this.#startOf(number)) / WORD_BYTES;
  }

  read(number: number): Uint32Array {
    const words = new Uint32Array(this.wordsOf(number));
    const bytes = new Uint8Array(words.buffer);
    const start = this.#startOf(number);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(this.#fd, bytes, at, bytes.length - at, start + at);
      if (read === 0) throw new RangeError("the file of fingerprints became shorter while it was read");
      at += read;
    }
    return words;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
  }
}
