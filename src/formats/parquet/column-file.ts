import { leb128, packBits, widthFor } from "./pack-bits.ts";
import { DifferencePacker, MAX_NUMBERS } from "./pack-differences.ts";
import { binary, dataPage, dictionaryPage, ENCODING, int32, int64, struct } from "./pages.ts";
import { encodeThrift, STRUCT, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";

/** What a column holds: 64-bit numbers, truth values of one byte, or the places of words in a list of at most 256. */
export type ColumnType = "UBIGINT" | "BIGINT" | "BOOLEAN" | readonly string[];
export type Column = BigUint64Array | BigInt64Array | Uint8Array;

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
}

/** Rows of a row group at most. */
export const MAX_GROUP_ROWS: number = MAX_NUMBERS;

const MAGIC = Buffer.from("PAR1");
const PHYSICAL = { boolean: 0, int64: 2, bytes: 6 } as const;
const REQUIRED = 0;
const UTF8 = 0;
const UINT64 = 14;

interface Chunk {
  readonly pages: Buffer;
  readonly dictionaryBytes: number;
  readonly encodings: readonly number[];
  readonly statistics: ThriftValue | null;
}

/**
 * A Parquet file of columns of fixed types without nulls, piece by piece: `begin`, row groups, `end`. Numbers by their
 * differences, all else as packed bits, uncompressed. A general writer goes through tables and values; this one costs some
 * nanoseconds a row. Formats: apache/parquet-format, `parquet.thrift` and `Encodings.md`.
 */
export class ColumnFile {
  readonly #columns: readonly ColumnDefinition[];
  readonly #groups: ThriftStruct[] = [];
  readonly #packer = new DifferencePacker();
  readonly #dictionaries: readonly (Buffer | null)[];
  #bytes = 0;
  #rows = 0;

  constructor(columns: readonly ColumnDefinition[]) {
    this.#columns = columns;
    this.#dictionaries = columns.map(({ type }) => (typeof type === "string" ? null : dictionaryPage(type)));
  }

  begin(): Buffer {
    this.#bytes += MAGIC.length;
    return MAGIC;
  }

  /** The columns stand in the order of the definitions. Throws `RangeError` for more than `MAX_GROUP_ROWS`. */
  group(columns: readonly Column[], rows: number): Buffer {
    const parts: Buffer[] = [];
    const described: ThriftValue[] = [];
    const start = this.#bytes;
    for (const [at, definition] of this.#columns.entries()) {
      const chunk = this.#chunk(
        definition.type,
        this.#dictionaries[at] ?? null,
        columns[at] ?? wrong(definition),
      );
      described.push(describeChunk(definition, chunk, this.#bytes, rows));
      parts.push(chunk.pages);
      this.#bytes += chunk.pages.length;
    }
    this.#rows += rows;
    this.#groups.push(
      struct({
        1: { kind: "list", itemType: STRUCT, items: described },
        2: int64(this.#bytes - start),
        3: int64(rows),
      }),
    );
    return Buffer.concat(parts);
  }

  /** The footer; `program` is who wrote the file. */
  end(program: string): Buffer {
    const root = struct({ 4: binary("schema"), 5: int32(this.#columns.length) });
    const schema: ThriftValue = {
      kind: "list",
      itemType: STRUCT,
      items: [root, ...this.#columns.map(schemaElement)],
    };
    const footer = encodeThrift(
      struct({
        1: int32(1),
        2: schema,
        3: int64(this.#rows),
        4: { kind: "list", itemType: STRUCT, items: this.#groups },
        6: binary(program),
      }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([footer, length, MAGIC]);
  }

  #chunk(type: ColumnType, dictionary: Buffer | null, column: Column): Chunk {
    if (column instanceof Uint8Array) {
      if (dictionary === null || typeof type === "string") return truthValues(column);
      const width = widthFor(type.length);
      const body = Buffer.concat([Buffer.of(width), packBits(column, width)]);
      return {
        pages: Buffer.concat([dictionary, dataPage(ENCODING.dictionary, column.length, body)]),
        dictionaryBytes: dictionary.length,
        encodings: [ENCODING.plain, ENCODING.rle, ENCODING.dictionary],
        statistics: null,
      };
    }
    return {
      pages: dataPage(ENCODING.differences, column.length, this.#differences(column)),
      dictionaryBytes: 0,
      encodings: [ENCODING.rle, ENCODING.differences],
      statistics: type === "UBIGINT" && column.length > 0 ? extremes(column) : null,
    };
  }

  /** DELTA_BINARY_PACKED: numbers a block, parts a block, how many, the first, then the blocks. */
  #differences(column: BigUint64Array | BigInt64Array): Buffer {
    const first = encodeThrift({ kind: "int", type: 6, value: BigInt.asIntN(64, column[0] ?? 0n) });
    return Buffer.concat([leb128(128), leb128(4), leb128(column.length), first, this.#packer.pack(column)]);
  }
}

function truthValues(column: Uint8Array): Chunk {
  const body = packBits(column, 1);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return {
    pages: dataPage(ENCODING.rle, column.length, Buffer.concat([length, body])),
    dictionaryBytes: 0,
    encodings: [ENCODING.rle],
    statistics: null,
  };
}

/** Of a column that rises: readers leave out the row groups that they do not ask for. */
function extremes(column: BigUint64Array | BigInt64Array): ThriftValue {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  return struct({ 3: int64(0), 5: binary(bytes.subarray(-8)), 6: binary(bytes.subarray(0, 8)) });
}

function describeChunk(
  { name, type }: ColumnDefinition,
  { pages, dictionaryBytes, encodings, statistics }: Chunk,
  start: number,
  rows: number,
): ThriftStruct {
  return struct({
    2: int64(start),
    3: struct({
      1: int32(physicalType(type)),
      2: { kind: "list", itemType: 5, items: encodings.map(int32) },
      3: { kind: "list", itemType: 8, items: [binary(name)] },
      4: int32(0),
      5: int64(rows),
      6: int64(pages.length),
      7: int64(pages.length),
      9: int64(start + dictionaryBytes),
      ...(dictionaryBytes > 0 ? { 11: int64(start) } : {}),
      ...(statistics === null ? {} : { 12: statistics }),
    }),
  });
}

function schemaElement({ name, type }: ColumnDefinition): ThriftStruct {
  const converted = typeof type !== "string" ? UTF8 : type === "UBIGINT" ? UINT64 : null;
  return struct({
    1: int32(physicalType(type)),
    3: int32(REQUIRED),
    4: binary(name),
    ...(converted === null ? {} : { 6: int32(converted) }),
  });
}

function physicalType(type: ColumnType): number {
  if (typeof type !== "string") return PHYSICAL.bytes;
  return type === "BOOLEAN" ? PHYSICAL.boolean : PHYSICAL.int64;
}

function wrong({ name }: ColumnDefinition): never {
  throw new RangeError(`no column "${name}"`);
}
