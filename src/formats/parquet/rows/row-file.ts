import { ByteSink } from "../../../core/byte-sink.ts";
import type { Pack } from "../../../core/zstd.ts";
import {
  binary,
  ENCODING,
  int32,
  int64,
  list,
  type PackedPage,
  packedDataPage,
  packedDictionaryPage,
  struct,
  uint32,
} from "../pages.ts";
import { encodeThrift, type ThriftStruct } from "../thrift-compact.ts";
import type { Leaf } from "./leaf.ts";
import { type OpenRow, type RowColumn, rowColumn } from "./row-columns.ts";
import { PHYSICAL, schemaElements } from "./schema.ts";

export interface RowFileOptions {
  /** `{name: type}`, in order, with types of SQL. */
  readonly columns: Readonly<Record<string, string>>;
  /** Key and value pairs of the footer. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The program that writes. */
  readonly program: string;
  /** zstd. */
  readonly pack: Pack;
  readonly rowGroupRows: number;
  /** A column of numbers without nulls of which the values are kept; null keeps what is given to be kept. */
  readonly keeps?: string | null;
}

const MAGIC = Buffer.from("PAR1");
const ZSTD = 6;

/**
 * A Parquet file of rows, one after the other in the same memory: `begin`, `add`, `end`. Values go from the row into the bytes of
 * their column; a row group is packed when it is full. Formats: apache/parquet-format, `parquet.thrift` and `Encodings.md`.
 */
export class RowFile {
  readonly #options: RowFileOptions;
  readonly #columns: readonly RowColumn[];
  readonly #sink = new ByteSink();
  readonly #kept = new ByteSink();
  #page: Buffer = Buffer.alloc(0);
  #groups: ThriftStruct[] = [];
  readonly #openRow: OpenRow = { number: 0 };
  #rows = 0;

  constructor(options: RowFileOptions) {
    this.#options = options;
    this.#columns = Object.entries(options.columns).map(([name, type]) =>
      rowColumn(name, type, this.#openRow),
    );
    this.begin();
  }

  get rows(): number {
    return this.#rows + this.#openRow.number;
  }

  /** Of the row groups that are packed. */
  get sizeBytes(): number {
    return this.#sink.length;
  }

  /** What is kept of the rows that are packed, good until the next file is begun; null where nothing is. */
  get kept(): Uint8Array | null {
    return this.#options.keeps === undefined ? null : this.#kept.bytes;
  }

  /** Keeps bytes that are not in the file, and are to be had while it is. */
  keep(bytes: Uint8Array): void {
    this.#kept.add(bytes);
  }

  /** Of the values of the row group that is open. */
  get openBytes(): number {
    let sum = 0;
    for (const { leaves } of this.#columns) for (const leaf of leaves) sum += leaf.sizeBytes;
    return sum;
  }

  /** Begins a file: what `end` has given is not good any more. */
  begin(): void {
    for (const column of this.#columns) column.begin();
    this.#sink.clear();
    this.#kept.clear();
    this.#sink.add(MAGIC);
    this.#groups = [];
    this.#openRow.number = 0;
    this.#rows = 0;
  }

  /** For who fills columns directly, and then ends the row. Throws `RangeError` where there is none of that name. */
  column(name: string): RowColumn {
    const found = this.#columns.find((column) => column.name === name);
    if (found === undefined) throw new RangeError(`no column "${name}"`);
    return found;
  }

  /** Columns that the row does not have are null. Throws `TypeError` for a value of another type; the file is then of no use. */
  add(row: Readonly<Record<string, unknown>>): void {
    for (const column of this.#columns) {
      const value = row[column.name];
      if (value !== undefined) column.add(value);
    }
    this.endRow();
  }

  /** Columns that were not filled are null. */
  endRow(): void {
    this.endRows(1);
  }

  /** Ends rows that columns were filled with several at a time: no more than there was room for. */
  endRows(count: number): void {
    this.#openRow.number += count;
    if (this.#openRow.number >= this.#options.rowGroupRows) this.endGroup();
  }

  /** So many rows fit into the row group that is open: at least one. */
  get room(): number {
    return this.#options.rowGroupRows - this.#openRow.number;
  }

  /** Ends the row group before it has all the rows that it may have; without rows nothing happens. */
  endGroup(): void {
    if (this.#openRow.number === 0) return;
    const start = this.#sink.length;
    for (const column of this.#columns) column.fill();
    const chunks = this.#columns.flatMap(({ leaves }) => leaves.map((leaf) => this.#endChunk(leaf)));
    const fields = { 1: list(chunks), 2: int64(this.#sink.length - start), 3: int64(this.#openRow.number) };
    this.#groups.push(struct(fields));
    const { keeps } = this.#options;
    if (typeof keeps === "string") {
      for (const part of this.column(keeps).leaf(0).encode().body) this.#kept.add(part);
    }
    for (const column of this.#columns) column.clear();
    this.#rows += this.#openRow.number;
    this.#openRow.number = 0;
  }

  /** The whole file; good until the next one is begun. */
  end(): Uint8Array {
    this.endGroup();
    const { columns, metadata, program } = this.#options;
    const pairs = Object.entries(metadata).map(([key, value]) =>
      struct({ 1: binary(key), 2: binary(value) }),
    );
    const footer = encodeThrift(
      struct({
        1: int32(1),
        2: list(schemaElements(columns)),
        3: int64(this.#rows),
        4: list(this.#groups),
        5: list(pairs),
        6: binary(program),
      }),
    );
    for (const part of [footer, uint32(footer.length), MAGIC]) this.#sink.add(part);
    return this.#sink.bytes;
  }

  #endChunk(leaf: Leaf): ThriftStruct {
    const { pack } = this.#options;
    const { words, encoding, body } = leaf.encode();
    const places = leaf.definition.count;
    const page = this.#joined([...leaf.repetition.encode(), ...leaf.definition.encode(), ...body]);
    const start = this.#sink.length;
    let unpackedBytes =
      words === null ? 0 : this.#addPage(packedDictionaryPage(words.plain, words.count, pack));
    const data = this.#sink.length;
    unpackedBytes += this.#addPage(packedDataPage(page, places, encoding, pack));
    const encodings = [...new Set([ENCODING.rle, ENCODING.plain, encoding])];
    return struct({
      2: int64(start),
      3: struct({
        1: int32(PHYSICAL[leaf.type]),
        2: { kind: "list", itemType: 5, items: encodings.map(int32) },
        3: { kind: "list", itemType: 8, items: leaf.path.map((name) => binary(name)) },
        4: int32(ZSTD),
        5: int64(places),
        6: int64(unpackedBytes),
        7: int64(this.#sink.length - start),
        9: int64(data),
        ...(words === null ? {} : { 11: int64(start) }),
      }),
    });
  }

  #addPage({ header, body, unpackedBytes }: PackedPage): number {
    this.#sink.add(header);
    this.#sink.add(body);
    return unpackedBytes;
  }

  #joined(parts: readonly Uint8Array[]): Uint8Array {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#page.length < length) this.#page = Buffer.allocUnsafe(length);
    let at = 0;
    for (const part of parts) {
      this.#page.set(part, at);
      at += part.length;
    }
    return this.#page.subarray(0, length);
  }
}
