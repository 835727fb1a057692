const CHUNK_BYTES = 1 << 20;
/** Of a UTF-16 unit in UTF-8. */
const MAX_UNIT_BYTES = 3;
const NEWLINE = 0x0a;

/**
 * Rows as lines of JSON in UTF-8, put into large buffers at once: texts that wait for a whole batch would be copied about by the
 * garbage collector.
 */
export class RowText {
  readonly #full: Buffer[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #used = 0;
  #fullBytes = 0;

  get sizeBytes(): number {
    return this.#fullBytes + this.#used;
  }

  add(row: unknown): void {
    const line = JSON.stringify(row);
    const mostBytes = line.length * MAX_UNIT_BYTES + 1;
    if (this.#used + mostBytes > this.#chunk.length) {
      this.#close();
      this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, mostBytes));
    }
    this.#used += this.#chunk.write(line, this.#used);
    this.#chunk[this.#used] = NEWLINE;
    this.#used += 1;
  }

  /** All of it, in order. */
  chunks(): readonly Buffer[] {
    this.#close();
    return this.#full;
  }

  #close(): void {
    if (this.#used > 0) this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#fullBytes += this.#used;
    this.#chunk = Buffer.alloc(0);
    this.#used = 0;
  }
}
