import { BINARY, INT32, INT64, LIST, LONG_LIST, STRUCT } from "./thrift-types.ts";

const MOST_BYTES_OF_NUMBER = 10;

/**
 * Writes structs of Thrift's compact protocol field by field, without a tree of values. Whole numbers are those that doubles hold exactly.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftWriter {
  #bytes: Uint8Array = new Uint8Array(1024);
  #at = 0;
  /** Of the field before, in this struct and in those that it is in. */
  #id = 0;
  readonly #outer: number[] = [];

  get sizeBytes(): number {
    return this.#at;
  }

  /** What was written; good until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = 0;
    this.#id = 0;
    this.#outer.length = 0;
  }

  /** Begins a struct that stands for itself, or is the next item of a list. */
  begin(): void {
    this.#outer.push(this.#id);
    this.#id = 0;
  }

  end(): void {
    this.#byte(0);
    this.#id = this.#outer.pop() ?? 0;
  }

  /** What a field begins with; its value is to follow. */
  field(id: number, type: number): void {
    const step = id - this.#id;
    if (step > 0 && step < 16) this.#byte((step << 4) | type);
    else {
      this.#byte(type);
      this.whole(id);
    }
    this.#id = id;
  }

  int32(id: number, value: number): void {
    this.field(id, INT32);
    this.whole(value);
  }

  int64(id: number, value: number): void {
    this.field(id, INT64);
    this.whole(value);
  }

  binary(id: number, value: Uint8Array): void {
    this.field(id, BINARY);
    this.text(value);
  }

  struct(id: number): void {
    this.field(id, STRUCT);
    this.begin();
  }

  list(id: number, itemType: number, count: number): void {
    this.field(id, LIST);
    this.listHead(itemType, count);
  }

  listHead(itemType: number, count: number): void {
    this.#byte((Math.min(count, LONG_LIST) << 4) | itemType);
    if (count >= LONG_LIST) this.#varint(count);
  }

  /** A whole number, of a field or a list. */
  whole(value: number): void {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Bytes with their length before them, of a field or a list. */
  text(bytes: Uint8Array): void {
    this.#varint(bytes.length);
    this.raw(bytes);
  }

  /** Bytes that are encoded already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  #varint(value: number): void {
    this.#reserve(MOST_BYTES_OF_NUMBER);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#at] = (rest % 128) | 0x80;
      this.#at += 1;
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#at + bytes));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
