/** Bytes one after the other, in memory that is used again when it was emptied: fresh pages cost more than what goes into them. */
export class ByteSink {
  #memory: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 14);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#memory.length) {
      const larger = new Uint8Array(Math.max(needed, this.#memory.length * 2));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = needed;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was added, from the beginning of its memory on; good until the sink is emptied or grows. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }
}
