/** Unsigned LEB128: seven bits a byte, low bits first; at most `MAX_VARINT` so that numbers stay exact. */
export const MAX_VARINT: number = Number.MAX_SAFE_INTEGER;

/** A growing buffer of varints and bytes. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1 << 16) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length] = (rest % 128) | 0x80;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Room for so many bytes, to be filled before the next write. */
  grow(bytes: number): Buffer {
    this.#reserve(bytes);
    this.#length += bytes;
    return this.#bytes.subarray(this.#length - bytes, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The length of the UTF-8 as a varint, then the UTF-8. */
  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#reserve(length);
    this.#bytes.write(text, this.#length, "utf8");
    this.#length += length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Thrown when bytes cannot be what they should be. */
export class MalformedIndexError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "MalformedIndexError";
  }
}

/** Reads what `ByteWriter` wrote; throws `MalformedIndexError` where the bytes end early or a number is too large. */
export class ByteReader {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (let count = 0; count < 8; count += 1) {
      const byte = this.#bytes[this.offset];
      if (byte === undefined) throw new MalformedIndexError("the bytes end within a number");
      this.offset += 1;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) {
        if (value > MAX_VARINT) break;
        return value;
      }
      unit *= 128;
    }
    throw new MalformedIndexError("a number is too large");
  }

  byte(): number {
    const byte = this.#bytes[this.offset];
    if (byte === undefined) throw new MalformedIndexError("the bytes end early");
    this.offset += 1;
    return byte;
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.offset) throw new MalformedIndexError("the bytes end early");
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }

  text(): string {
    return this.take(this.varint()).toString("utf8");
  }
}
