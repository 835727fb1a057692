import { deflateRawSync } from "node:zlib";
import { ByteWriter } from "../text-index/varint.ts";
import { type ColumnSlice, FILLED, FIXED_BYTES } from "./column-types.ts";

/** Half the time of level 4, for a twentieth more bytes. */
const LEVEL = 1;

/** Writes blocks; keeps the memory that they need. */
export class RowsEncoder {
  private readonly types: readonly string[];
  private readonly writer = new ByteWriter(1 << 16);

  constructor(types: readonly string[]) {
    this.types = types;
  }

  /** Rows `from` to before `to` of each column (in the order of the types), deflated; see `docs/formats/row-store.md`. */
  encode(columns: readonly ColumnSlice[], from: number, to: number): Buffer {
    const { writer } = this;
    writer.clear();
    writer.varint(to - from);
    columns.forEach((column, index) => {
      if (column.kind === "fixed")
        writeFixed(writer, column, FIXED_BYTES[this.types[index] ?? ""] ?? 1, from, to);
      else if (column.kind === "text") writeTexts(writer, column.values, from, to);
      else if (column.kind === "coded") writeCoded(writer, column, from, to);
      else writeLists(writer, column.values, from, to);
    });
    return deflateRawSync(writer.bytes, { level: LEVEL });
  }
}

function writeFixed(
  writer: ByteWriter,
  { bytes, valid }: Extract<ColumnSlice, { kind: "fixed" }>,
  width: number,
  from: number,
  to: number,
): void {
  const rows = to - from;
  const filled = valid === null ? rows : countValid(valid, from, to);
  if (filled === 0) {
    writer.byte(FILLED.none);
    return;
  }
  const values = bytes.subarray(from * width, to * width);
  if (filled === rows && isSame(values, width)) {
    writer.byte(FILLED.same);
    writer.append(values.subarray(0, width));
    return;
  }
  writer.byte(filled === rows ? FILLED.all : FILLED.some);
  const gaps = filled < rows ? valid : null;
  if (gaps !== null) writeBits(writer, gaps, from, to);
  // All first bytes, then all second ones …: the high bytes of numbers resemble each other.
  const planes = writer.grow(rows * width);
  for (let plane = 0, at = 0; plane < width; plane += 1) {
    for (let place = plane; place < values.length; place += width, at += 1)
      planes[at] = values[place] as number;
  }
  // What stands in memory where there is no value is chance.
  for (let row = 0; gaps !== null && row < rows; row += 1) {
    if (isSet(gaps, from + row)) continue;
    for (let plane = 0; plane < width; plane += 1) planes[plane * rows + row] = 0;
  }
}

function writeCoded(
  writer: ByteWriter,
  { codes, names }: Extract<ColumnSlice, { kind: "coded" }>,
  from: number,
  to: number,
): void {
  const block = codes.subarray(from, to);
  const values = isSame(block, 1)
    ? new Array<string | null>(block.length).fill(names[block[0] ?? 0] ?? null)
    : Array.from(block, (code) => names[code] ?? null);
  writeTexts(writer, values, 0, values.length);
}

function writeTexts(writer: ByteWriter, values: readonly (string | null)[], from: number, to: number): void {
  const [first] = values.slice(from, from + 1);
  let filled = 0;
  let same = true;
  for (let row = from; row < to; row += 1) {
    if (values[row] !== null) filled += 1;
    if (values[row] !== first) same = false;
  }
  if (filled === 0) {
    writer.byte(FILLED.none);
  } else if (same && first != null) {
    writer.byte(FILLED.same);
    writer.text(first);
  } else {
    writer.byte(FILLED.some);
    // 0 for null, else the bytes and one more.
    const bytes: string[] = [];
    for (let row = from; row < to; row += 1) {
      const value = values[row] ?? null;
      writer.varint(value === null ? 0 : Buffer.byteLength(value) + 1);
      if (value !== null) bytes.push(value);
    }
    writer.append(Buffer.from(bytes.join("")));
  }
}

function writeLists(
  writer: ByteWriter,
  values: readonly (readonly number[] | null)[],
  from: number,
  to: number,
): void {
  writer.byte(FILLED.some);
  let elements = 0;
  for (let row = from; row < to; row += 1) {
    const list = values[row] ?? null;
    writer.varint(list === null ? 0 : list.length + 1);
    elements += list?.length ?? 0;
  }
  const bytes = writer.grow(4 * elements);
  let at = 0;
  for (let row = from; row < to; row += 1) {
    for (const element of values[row] ?? []) {
      for (let plane = 0; plane < 4; plane += 1)
        bytes[at + plane * elements] = (element >>> (8 * plane)) & 255;
      at += 1;
    }
  }
}

function countValid(valid: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let row = from; row < to; row += 1) if (isSet(valid, row)) count += 1;
  return count;
}

function writeBits(writer: ByteWriter, valid: Uint8Array, from: number, to: number): void {
  const bits = writer.grow(Math.ceil((to - from) / 8)).fill(0);
  for (let row = from; row < to; row += 1) {
    const at = row - from;
    if (isSet(valid, row)) bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
  }
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (((bits[row >>> 3] ?? 0) >>> (row & 7)) & 1) === 1;
}

function isSame(values: Uint8Array, width: number): boolean {
  for (let at = width; at < values.length; at += 1) if (values[at] !== values[at - width]) return false;
  return true;
}
