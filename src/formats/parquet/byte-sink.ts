/** Bytes one after the other, in memory that is used again for the next file. */
export class ByteSink {
  #memory = Buffer.alloc(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#memory.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#memory.length * 2));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = needed;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was added; good until the sink is cleared or grows. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}
