import { inflateRawSync } from "node:zlib";
import { ByteReader, MalformedIndexError } from "../text-index/varint.ts";
import { type CellOfRow, FILLED, FIXED_BYTES, LIST_TYPE, ROWS_BLOCK } from "./column-types.ts";

/** No block is larger when inflated: titles of kilobytes are rare, and blocks are small. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const MAX_LIST = 65_536;

export interface RowColumn {
  readonly name: string;
  readonly type: string;
}

/** A block that is inflated; rows are read out of it one by one. */
export class RowsBlock {
  readonly count: number;
  private readonly columns: readonly RowColumn[];
  private readonly bytes: Buffer;
  private readonly start: number;

  /** Throws `MalformedIndexError` for bytes that cannot be a block. */
  constructor(columns: readonly RowColumn[], bytes: Buffer) {
    this.columns = columns;
    this.bytes = inflate(bytes);
    const reader = new ByteReader(this.bytes);
    this.count = reader.varint();
    this.start = reader.offset;
    if (this.count < 1 || this.count > ROWS_BLOCK) throw new MalformedIndexError("a block has too many rows");
  }

  /** The row at a place in the block; null beyond its end. Throws `MalformedIndexError`. */
  row(at: number): Record<string, CellOfRow> | null {
    if (!(at >= 0 && at < this.count)) return null;
    const reader = new ByteReader(this.bytes, this.start);
    const row: Record<string, CellOfRow> = {};
    for (const { name, type } of this.columns) {
      const width = FIXED_BYTES[type];
      if (width !== undefined) row[name] = readFixed(reader, type, width, this.count, at);
      else
        row[name] = type === LIST_TYPE ? readList(reader, this.count, at) : readText(reader, this.count, at);
    }
    return row;
  }
}

function readFixed(reader: ByteReader, type: string, width: number, count: number, at: number): CellOfRow {
  const filled = reader.byte();
  if (filled === FILLED.none) return null;
  if (filled === FILLED.same) return cellOf(type, reader.take(width));
  if (filled !== FILLED.all && filled !== FILLED.some)
    throw new MalformedIndexError("a column of no known kind");
  const bits = filled === FILLED.some ? reader.take(Math.ceil(count / 8)) : null;
  const planes = reader.take(count * width);
  if (bits !== null && (((bits[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 0) return null;
  const value = Buffer.alloc(width);
  for (let plane = 0; plane < width; plane += 1) value[plane] = planes[plane * count + at] ?? 0;
  return cellOf(type, value);
}

function cellOf(type: string, bytes: Buffer): CellOfRow {
  switch (type) {
    case "BOOLEAN":
      return bytes[0] !== 0;
    case "FLOAT":
      return bytes.readFloatLE(0);
    case "INTEGER":
      return bytes.readInt32LE(0);
    case "UBIGINT":
      return bytes.readBigUInt64LE(0);
    case "BIGINT":
      return bytes.readBigInt64LE(0);
    default:
      return bytes.readUIntLE(0, bytes.length);
  }
}

function readText(reader: ByteReader, count: number, at: number): string | null {
  const filled = reader.byte();
  if (filled === FILLED.none) return null;
  if (filled === FILLED.same) return reader.text();
  if (filled !== FILLED.some) throw new MalformedIndexError("a column of no known kind");
  const { before, own, total } = lengths(reader, count, at);
  const bytes = reader.take(total);
  return own === null ? null : bytes.toString("utf8", before, before + own);
}

function readList(reader: ByteReader, count: number, at: number): readonly number[] | null {
  if (reader.byte() !== FILLED.some) throw new MalformedIndexError("a column of no known kind");
  const { before, own, total } = lengths(reader, count, at);
  const bytes = reader.take(4 * total);
  if (own === null) return null;
  if (own > MAX_LIST) throw new MalformedIndexError("a list is too long");
  return Array.from({ length: own }, (_, element) => {
    const place = before + element;
    const byte = (plane: number): number => bytes[plane * total + place] ?? 0;
    return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  });
}

/** Lengths as they are written: 0 for null, else one more than there is. */
function lengths(
  reader: ByteReader,
  count: number,
  at: number,
): { readonly before: number; readonly own: number | null; readonly total: number } {
  let before = 0;
  let own: number | null = null;
  let total = 0;
  for (let row = 0; row < count; row += 1) {
    const length = reader.varint();
    if (row === at) {
      before = total;
      own = length === 0 ? null : length - 1;
    }
    total += Math.max(0, length - 1);
  }
  return { before, own, total };
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_BLOCK_BYTES });
  } catch (cause) {
    throw new MalformedIndexError(`a block of rows cannot be inflated: ${String(cause)}`);
  }
}
