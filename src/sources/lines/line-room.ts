/** Lines in memory, one after the other, each with its newline. */
export class LineRoom {
  #bytes: Uint8Array<SharedArrayBuffer>;
  #used = 0;

  constructor(bytes: Uint8Array<SharedArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** The lines; good until more are added. */
  get lines(): Buffer {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#used);
  }

  get usedBytes(): number {
    return this.#used;
  }

  add(lines: Uint8Array): void {
    this.reserve(lines.length);
    this.#bytes.set(lines, this.#used);
    this.#used += lines.length;
  }

  /** Sees to it that there are so many bytes behind the lines. */
  reserve(bytes: number): void {
    const needed = this.#used + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = sharedBytes(Math.max(needed, Math.ceil(1.5 * this.#bytes.length)));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }

  /** All of the memory, for a thread that reads it. */
  get memory(): SharedArrayBuffer {
    return this.#bytes.buffer;
  }
}

/**
 * Memory for lines that is used again: new pages cost more than what goes into them. It is shared: memory that is handed from thread to
 * thread counts as new in each, and the garbage collector is called for it.
 */
export class LineRooms {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #sizeBytes: number;

  /** Of about so many bytes each. */
  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  take(): LineRoom {
    const memory = this.#free.pop();
    return new LineRoom(memory === undefined ? sharedBytes(this.#sizeBytes) : new Uint8Array(memory));
  }

  /** Whoever has taken a room does not need it any more. */
  give({ memory }: LineRoom): void {
    this.#free.push(memory);
  }
}

function sharedBytes(length: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(length));
}
