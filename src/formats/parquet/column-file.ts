import { ByteSink } from "../../core/index.ts";
import { leb128, packBits, widthFor } from "./pack-bits.ts";
import { DifferencePacker, MAX_NUMBERS } from "./pack-differences.ts";
import {
  binary,
  dataPageHeader,
  dictionaryPage,
  ENCODING,
  int32,
  int64,
  list,
  struct,
  uint32,
} from "./pages.ts";
import { PHYSICAL } from "./rows/schema.ts";
import { encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";

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
const REQUIRED = 0;
const UTF8 = 0;
const UINT64 = 14;

/** What a column chunk is made of. */
interface Chunk {
  readonly dictionary: Buffer | null;
  readonly encoding: number;
  /** The values, in parts that follow one another. */
  readonly body: readonly Uint8Array[];
  readonly statistics: ThriftValue | null;
}

/**
 * Parquet files of columns of fixed types without nulls, one after the other in the same memory: `begin`, row groups, `end`.
 * Numbers by their differences, all else as packed bits, uncompressed. A general writer goes through tables and values; this
 * one costs some nanoseconds a row. Formats: apache/parquet-format, `parquet.thrift` and `Encodings.md`.
 */
export class ColumnFile {
  readonly #columns: readonly ColumnDefinition[];
  readonly #packer = new DifferencePacker();
  readonly #dictionaries: readonly (Buffer | null)[];
  readonly #sink = new ByteSink();
  #groups: ThriftStruct[] = [];
  #rows = 0;

  constructor(columns: readonly ColumnDefinition[]) {
    this.#columns = columns;
    this.#dictionaries = columns.map(({ type }) => (typeof type === "string" ? null : dictionaryPage(type)));
  }

  /** Begins a file: what `end` has given is not good any more. */
  begin(): void {
    this.#sink.clear();
    this.#sink.add(MAGIC);
    this.#groups = [];
    this.#rows = 0;
  }

  /** The columns stand in the order of the definitions. Throws `RangeError` for more than `MAX_GROUP_ROWS`. */
  group(columns: readonly Column[], rows: number): void {
    const start = this.#sink.length;
    const items = this.#columns.map((definition, at): ThriftStruct => {
      const dictionary = this.#dictionaries[at] ?? null;
      return this.#add(
        definition,
        this.#chunk(definition.type, dictionary, columns[at] ?? wrong(definition)),
        rows,
      );
    });
    this.#rows += rows;
    this.#groups.push(
      struct({
        1: list(items),
        2: int64(this.#sink.length - start),
        3: int64(rows),
      }),
    );
  }

  /** The whole file, whose writer was `program`; good until the next one is begun. */
  end(program: string): Uint8Array {
    const root = struct({ 4: binary("schema"), 5: int32(this.#columns.length) });
    const footer = encodeThrift(
      struct({
        1: int32(1),
        2: list([root, ...this.#columns.map(schemaElement)]),
        3: int64(this.#rows),
        4: list(this.#groups),
        6: binary(program),
      }),
    );
    for (const part of [footer, uint32(footer.length), MAGIC]) this.#sink.add(part);
    return this.#sink.bytes;
  }

  #chunk(type: ColumnType, dictionary: Buffer | null, column: Column): Chunk {
    if (!(column instanceof Uint8Array)) {
      const body = [differencesHead(column), this.#packer.pack(column)];
      const statistics = type === "UBIGINT" && column.length > 0 ? extremes(column) : null;
      return { dictionary: null, encoding: ENCODING.differences, body, statistics };
    }
    if (dictionary === null || typeof type === "string") {
      const bits = packBits(column, 1);
      return {
        dictionary: null,
        encoding: ENCODING.rle,
        body: [uint32(bits.length), bits],
        statistics: null,
      };
    }
    const width = widthFor(type.length);
    const body = [Buffer.of(width), packBits(column, width)];
    return { dictionary, encoding: ENCODING.dictionary, body, statistics: null };
  }

  /** Adds a chunk, and describes where it is. */
  #add(
    { name, type }: ColumnDefinition,
    { dictionary, encoding, body, statistics }: Chunk,
    rows: number,
  ): ThriftStruct {
    const start = this.#sink.length;
    if (dictionary !== null) this.#sink.add(dictionary);
    const data = this.#sink.length;
    const bodyBytes = body.reduce((sum, { length }) => sum + length, 0);
    this.#sink.add(dataPageHeader(encoding, rows, bodyBytes));
    for (const part of body) this.#sink.add(part);
    const bytes = int64(this.#sink.length - start);
    const encodings =
      dictionary === null ? [ENCODING.rle, encoding] : [ENCODING.plain, ENCODING.rle, encoding];
    return struct({
      2: int64(start),
      3: struct({
        1: int32(physicalType(type)),
        2: { kind: "list", itemType: 5, items: [...new Set(encodings)].map(int32) },
        3: { kind: "list", itemType: 8, items: [binary(name)] },
        4: int32(0),
        5: int64(rows),
        6: bytes,
        7: bytes,
        9: int64(data),
        ...(dictionary === null ? {} : { 11: int64(start) }),
        ...(statistics === null ? {} : { 12: statistics }),
      }),
    });
  }
}

/** DELTA_BINARY_PACKED: numbers a block, parts a block, how many, the first. */
function differencesHead(column: BigUint64Array | BigInt64Array): Buffer {
  const first = encodeThrift({ kind: "int", type: 6, value: BigInt.asIntN(64, column[0] ?? 0n) });
  return Buffer.concat([leb128(128), leb128(4), leb128(column.length), first]);
}

/** Of a column that rises: readers leave out the row groups that they do not ask for. */
function extremes(column: BigUint64Array | BigInt64Array): ThriftValue {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  return struct({ 3: int64(0), 5: binary(bytes.subarray(-8)), 6: binary(bytes.subarray(0, 8)) });
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
  return PHYSICAL[typeof type === "string" ? type : "VARCHAR"];
}

function wrong({ name }: ColumnDefinition): never {
  throw new RangeError(`no column "${name}"`);
}
