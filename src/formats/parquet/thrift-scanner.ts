import {
  BINARY,
  BYTE,
  DOUBLE,
  FALSE,
  INT16,
  INT32,
  INT64,
  LIST,
  LONG_LIST,
  MAX_DEPTH,
  STRUCT,
  TRUE,
} from "./thrift-types.ts";

const MOST_BYTES_OF_NUMBER = 10;

/** A field of a struct: what its value is and where that stands. */
export interface ScannedField {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** Goes over values of Thrift's compact protocol as they stand, without making anything of them. All throw `RangeError` for what is none. */
export class ThriftScanner {
  readonly #bytes: Uint8Array;
  at = 0;
  /** Of the field whose type was asked for last. */
  id = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Those of the struct that begins here, by their ids. */
  fields(): Map<number, ScannedField> {
    const fields = new Map<number, ScannedField>();
    for (let id = 0; ; ) {
      const type = this.fieldType(id);
      if (type === null) return fields;
      id = this.id;
      const start = this.at;
      this.skip(type);
      fields.set(id, { type, start, end: this.at });
    }
  }

  /** The type of the next field, behind one of such an id; null where the struct ends. */
  fieldType(before: number): number | null {
    const head = this.#byte();
    if (head === 0) return null;
    this.id = head >> 4 === 0 ? this.whole() : before + (head >> 4);
    return head & 0x0f;
  }

  /** What a list begins with. */
  listHead(): { readonly itemType: number; readonly count: number } {
    const head = this.#byte();
    const count = head >> 4 === LONG_LIST ? this.#varint() : head >> 4;
    // Each item takes a byte at least.
    if (count > this.#bytes.length - this.at) throw new RangeError("a list that goes past the end");
    return { itemType: head & 0x0f, count };
  }

  /** The same, and it is still to come. */
  peekList(): { readonly itemType: number; readonly count: number } {
    const { at } = this;
    const head = this.listHead();
    this.at = at;
    return head;
  }

  /** A whole number that a double holds exactly. */
  whole(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Passes over the value of a field. */
  skip(type: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new RangeError("nested too deep");
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) this.#pass(1);
    else if (type === INT16 || type === INT32 || type === INT64) this.#passNumber();
    else if (type === DOUBLE) this.#pass(8);
    else if (type === BINARY) this.#pass(this.#varint());
    else if (type === LIST) this.#skipList(depth);
    else if (type === STRUCT) this.#skipStruct(depth);
    else throw new RangeError(`a value of type ${type}`);
  }

  /** Passes over the value of a field, and gives its bytes. */
  passed(type: number): Uint8Array {
    const { at } = this;
    this.skip(type);
    return this.#bytes.subarray(at, this.at);
  }

  #skipList(depth: number): void {
    const { itemType, count } = this.listHead();
    const isTruth = itemType === TRUE || itemType === FALSE;
    if (isTruth) this.#pass(count);
    else for (let item = 0; item < count; item += 1) this.skip(itemType, depth + 1);
  }

  #skipStruct(depth: number): void {
    // Which fields they are does not matter here.
    for (let type = this.fieldType(0); type !== null; type = this.fieldType(0)) this.skip(type, depth + 1);
  }

  #passNumber(): void {
    for (let count = 0; count < MOST_BYTES_OF_NUMBER; count += 1) if (this.#byte() < 0x80) return;
    throw new RangeError("a number of more than ten bytes");
  }

  #varint(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * unit;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError("a number that is too large");
      if (byte < 0x80) return value;
      if (unit > Number.MAX_SAFE_INTEGER) throw new RangeError("a number of too many bytes");
    }
  }

  #pass(count: number): void {
    if (count > this.#bytes.length - this.at) throw new RangeError("it ends within a value");
    this.at += count;
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new RangeError("it ends within a value");
    this.at += 1;
    return byte;
  }
}
