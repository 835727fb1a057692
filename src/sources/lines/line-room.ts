/** Lines in memory, one after the other, each with its newline. */
export class LineRoom {
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** The lines; good until more are added, or the memory is given away. */
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
    const larger = new Uint8Array(Math.max(needed, Math.ceil(1.5 * this.#bytes.length)));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }

  /** All of the memory, to be given to a thread; the room is of no use until it is back. */
  get memory(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  /** The memory, with the same lines, is back. */
  takeBack(memory: ArrayBuffer): void {
    this.#bytes = new Uint8Array(memory);
  }
}

/** Memory for lines that is used again: new pages cost more than what goes into them. */
export class LineRooms {
  readonly #free: ArrayBuffer[] = [];
  readonly #sizeBytes: number;

  /** Of about so many bytes each. */
  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  take(): LineRoom {
    const memory = this.#free.pop();
    return new LineRoom(memory === undefined ? new Uint8Array(this.#sizeBytes) : new Uint8Array(memory));
  }

  /** Whoever has taken a room does not need it any more. */
  give({ memory }: LineRoom): void {
    this.#free.push(memory);
  }
}
