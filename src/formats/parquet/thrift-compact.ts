import { BINARY, BYTE, DOUBLE, FALSE, LIST, LONG_LIST, MAX_DEPTH, STRUCT, TRUE } from "./thrift-types.ts";

/**
 * Values of Thrift's compact protocol, as far as the footer of Parquet has them: no maps and no sets. Whole numbers keep the
 * width that they were written with. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "byte"; readonly value: number }
  | { readonly kind: "int"; readonly type: 4 | 5 | 6; readonly value: bigint }
  | { readonly kind: "double"; readonly bytes: Buffer }
  | { readonly kind: "binary"; readonly bytes: Buffer }
  | { readonly kind: "list"; readonly itemType: number; readonly items: readonly ThriftValue[] }
  | ThriftStruct;

/** Fields by their id, in the order in which they stand. */
export interface ThriftStruct {
  readonly kind: "struct";
  readonly fields: ReadonlyMap<number, ThriftValue>;
}

/** The struct that all the bytes are. Throws `RangeError` when they are none. */
export function decodeThrift(bytes: Buffer): ThriftStruct {
  const { struct, sizeBytes } = decodeThriftAt(bytes, 0);
  if (sizeBytes !== bytes.length) throw new RangeError("bytes follow the struct");
  return struct;
}

/** The struct that begins at a byte, and how many it takes. Throws `RangeError` when there is none. */
export function decodeThriftAt(
  bytes: Buffer,
  from: number,
): { readonly struct: ThriftStruct; readonly sizeBytes: number } {
  const reader = new Reader(bytes);
  reader.at = from;
  const struct = reader.struct(0);
  return { struct, sizeBytes: reader.at - from };
}

export function encodeThrift(value: ThriftValue): Buffer {
  switch (value.kind) {
    case "bool":
      return Buffer.of(value.value ? TRUE : FALSE);
    case "byte":
      return Buffer.of(value.value);
    case "int":
      return varint(BigInt.asUintN(64, (value.value << 1n) ^ (value.value >> 63n)));
    case "double":
      return value.bytes;
    case "binary":
      return Buffer.concat([varint(BigInt(value.bytes.length)), value.bytes]);
    case "list":
      return Buffer.concat([listHead(value.itemType, value.items.length), ...value.items.map(encodeThrift)]);
    case "struct":
      return structOf([...value.fields].map(([id, field]) => [id, typeOf(field), encodeThrift(field)]));
  }
}

/** A struct out of fields that are encoded already; those of truth values have no bytes of their own. */
function structOf(fields: readonly (readonly [id: number, type: number, bytes: Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  let before = 0;
  for (const [id, type, bytes] of fields) {
    const step = id - before;
    const isShort = step > 0 && step < 16;
    parts.push(Buffer.of(isShort ? (step << 4) | type : type));
    if (!isShort) parts.push(encodeThrift({ kind: "int", type: 4, value: BigInt(id) }));
    if (type !== TRUE && type !== FALSE) parts.push(bytes);
    before = id;
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

/** What a list begins with. */
function listHead(itemType: number, count: number): Buffer {
  if (count < LONG_LIST) return Buffer.of((count << 4) | itemType);
  return Buffer.concat([Buffer.of(0xf0 | itemType), varint(BigInt(count))]);
}

function typeOf(value: ThriftValue): number {
  switch (value.kind) {
    case "bool":
      return value.value ? TRUE : FALSE;
    case "byte":
      return BYTE;
    case "int":
      return value.type;
    case "double":
      return DOUBLE;
    case "binary":
      return BINARY;
    case "list":
      return LIST;
    case "struct":
      return STRUCT;
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(depth: number): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return { kind: "struct", fields };
      const type = head & 0x0f;
      id = head >> 4 === 0 ? Number(this.#int()) : id + (head >> 4);
      const isTruth = type === TRUE || type === FALSE;
      fields.set(id, isTruth ? { kind: "bool", value: type === TRUE } : this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    if (depth > MAX_DEPTH) throw new RangeError("nested too deep");
    switch (type) {
      case TRUE:
      case FALSE:
        return { kind: "bool", value: this.#byte() === TRUE };
      case BYTE:
        return { kind: "byte", value: this.#byte() };
      case 4:
      case 5:
      case 6:
        return { kind: "int", type, value: this.#int() };
      case DOUBLE:
        return { kind: "double", bytes: this.#take(8) };
      case BINARY:
        return { kind: "binary", bytes: this.#take(Number(this.#varint())) };
      case LIST:
        return this.#list(depth);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new RangeError(`a value of type ${type}`);
    }
  }

  #list(depth: number): ThriftValue {
    const head = this.#byte();
    const itemType = head & 0x0f;
    const count = head >> 4 === LONG_LIST ? Number(this.#varint()) : head >> 4;
    // Each item takes a byte at least.
    if (count > this.#bytes.length - this.at) throw new RangeError("a list that goes past the end");
    const items = Array.from({ length: count }, () => this.#value(itemType, depth + 1));
    return { kind: "list", itemType, items };
  }

  #int(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number of more than ten bytes");
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new RangeError("it ends within a value");
    this.at += 1;
    return byte;
  }

  #take(count: number): Buffer {
    if (count > this.#bytes.length - this.at) throw new RangeError("it ends within a value");
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
}
