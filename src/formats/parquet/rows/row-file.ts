import { ByteSink } from "../../../core/byte-sink.ts";
import type { Pack } from "../../../core/zstd.ts";
import {
  binary,
  ENCODING,
  type PackedPage,
  packedDataPage,
  packedDictionaryPage,
  struct,
  uint32,
} from "../pages.ts";
import { encodeThrift } from "../thrift-compact.ts";
import { BINARY, INT32, STRUCT } from "../thrift-types.ts";
import { ThriftWriter } from "../thrift-writer.ts";
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
  /** A column of ids, which are hashes and never null, that are kept; null keeps what is given to be kept. */
  readonly keeps?: string | null;
}

const MAGIC = Buffer.from("PAR1");
const ZSTD = 6;
const UNCOMPRESSED = 0;
/** What is smaller, columns without values above all, takes longer to pack than to write. */
const MIN_PACKED_BYTES = 128;
const same: Pack = (bytes) => bytes;

/**
 * A Parquet file of rows, one after the other in the same memory: `begin`, `add`, `end`. Values go from the row into the bytes of
 * their column; a row group is packed when it is full. Formats: apache/parquet-format, `parquet.thrift` and `Encodings.md`.
 */
export class RowFile {
  readonly #options: RowFileOptions;
  readonly #columns: readonly RowColumn[];
  readonly #sink = new ByteSink();
  readonly #kept = new ByteSink();
  /** The elements of the schema, encoded, and how many they are. */
  readonly #schema: { readonly bytes: Buffer; readonly count: number };
  /** Ids are hashes: nothing packs them. */
  readonly #ids: Leaf | null;
  readonly #paths: ReadonlyMap<Leaf, readonly Buffer[]>;
  readonly #groups = new ThriftWriter();
  #groupCount = 0;
  #page: Buffer = Buffer.alloc(0);
  readonly #openRow: OpenRow = { number: 0 };
  #rows = 0;

  constructor(options: RowFileOptions) {
    this.#options = options;
    this.#columns = Object.entries(options.columns).map(([name, type]) =>
      rowColumn(name, type, this.#openRow),
    );
    const schema = schemaElements(options.columns).map(encodeThrift);
    this.#schema = { bytes: Buffer.concat(schema), count: schema.length };
    const leaves = this.#columns.flatMap((column) => column.leaves);
    this.#paths = new Map(leaves.map((leaf) => [leaf, leaf.path.map((name) => Buffer.from(name))]));
    this.#ids = typeof options.keeps === "string" ? this.column(options.keeps).leaf(0) : null;
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
    this.#groups.clear();
    this.#groupCount = 0;
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
    const groups = this.#groups;
    groups.begin();
    groups.list(1, STRUCT, this.#paths.size);
    for (const [leaf, path] of this.#paths) this.#endChunk(leaf, path);
    groups.int64(2, this.#sink.length - start);
    groups.int64(3, this.#openRow.number);
    groups.end();
    this.#groupCount += 1;
    for (const part of this.#ids?.encode().body ?? []) this.#kept.add(part);
    for (const column of this.#columns) column.clear();
    this.#rows += this.#openRow.number;
    this.#openRow.number = 0;
  }

  /** The whole file; good until the next one is begun. */
  end(): Uint8Array {
    this.endGroup();
    const { metadata, program } = this.#options;
    const pairs = Object.entries(metadata);
    const footer = new ThriftWriter();
    footer.begin();
    footer.int32(1, 1);
    footer.list(2, STRUCT, this.#schema.count);
    footer.raw(this.#schema.bytes);
    footer.int64(3, this.#rows);
    footer.list(4, STRUCT, this.#groupCount);
    footer.raw(this.#groups.bytes);
    footer.list(5, STRUCT, pairs.length);
    for (const [key, value] of pairs) footer.raw(encodeThrift(struct({ 1: binary(key), 2: binary(value) })));
    footer.binary(6, Buffer.from(program));
    footer.end();
    for (const part of [footer.bytes, uint32(footer.sizeBytes), MAGIC]) this.#sink.add(part);
    return this.#sink.bytes;
  }

  /** Adds the chunk of a column, and says in the groups where it is. */
  #endChunk(leaf: Leaf, path: readonly Buffer[]): void {
    const { words, encoding, body } = leaf.encode();
    const places = leaf.definition.count;
    const page = this.#joined([...leaf.repetition.encode(), ...leaf.definition.encode(), ...body]);
    const isSmall = page.length + (words?.plain.length ?? 0) < MIN_PACKED_BYTES;
    const isPacked = !isSmall && leaf !== this.#ids;
    const pack = isPacked ? this.#options.pack : same;
    const start = this.#sink.length;
    let unpackedBytes =
      words === null ? 0 : this.#addPage(packedDictionaryPage(words.plain, words.count, pack));
    const data = this.#sink.length;
    unpackedBytes += this.#addPage(packedDataPage(page, places, encoding, pack));
    const groups = this.#groups;
    groups.begin();
    groups.int64(2, start);
    groups.struct(3);
    groups.int32(1, PHYSICAL[leaf.type]);
    const encodings = [...new Set([ENCODING.rle, ENCODING.plain, encoding])];
    groups.list(2, INT32, encodings.length);
    for (const one of encodings) groups.whole(one);
    groups.list(3, BINARY, path.length);
    for (const name of path) groups.text(name);
    groups.int32(4, isPacked ? ZSTD : UNCOMPRESSED);
    groups.int64(5, places);
    groups.int64(6, unpackedBytes);
    groups.int64(7, this.#sink.length - start);
    groups.int64(9, data);
    if (words !== null) groups.int64(11, start);
    groups.end();
    groups.end();
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
