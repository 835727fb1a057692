import { type ScannedField, ThriftScanner } from "./thrift-scanner.ts";
import { INT64, LIST, STRUCT } from "./thrift-types.ts";
import { ThriftWriter } from "./thrift-writer.ts";

/** Field ids of `parquet.thrift` (apache/parquet-format). */
const FILE = { schema: 2, rows: 3, rowGroups: 4, encryption: 8, signingKey: 9 };

/** What becomes of the fields of a struct, by their ids; those that it does not name stay. */
interface Changes {
  readonly name: string;
  /** Say where something stands in the file; 0 says nothing. */
  readonly moved: readonly number[];
  /** Structs, or lists of them, in which something is changed: they have to be there. */
  readonly within: Readonly<Record<number, Changes>>;
  readonly leftOut: readonly number[];
  readonly refused: Readonly<Record<number, string>>;
}

const METADATA: Changes = {
  name: "metadata",
  moved: [9, 10, 11, 14],
  within: {},
  leftOut: [],
  refused: {},
};
const CHUNK: Changes = {
  name: "a column",
  moved: [2, 4, 6],
  within: { 3: METADATA },
  leftOut: [],
  refused: { 1: "a column in another file" },
};
/** The number of the group in its file, which may be left out, is left out. */
const GROUP: Changes = {
  name: "a row group",
  moved: [5],
  within: { 1: CHUNK },
  leftOut: [7],
  refused: {},
};

/**
 * The footer of a Parquet file that is put together of others of one schema: their row groups one after the other, as they
 * stand. Holds the encoded row groups.
 */
export class FooterJoiner {
  #first: { readonly bytes: Buffer; readonly fields: ReadonlyMap<number, ScannedField> } | null = null;
  #rows = 0;
  #groups = 0;
  readonly #encoded = new ThriftWriter();

  /** Of all files that were added. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds a file's footer (without its length and the magic bytes), whose data stand `shiftBytes` further on in the new file.
   * Throws `RangeError` when it is no footer, or one of another schema.
   */
  add(footer: Buffer, shiftBytes: number): void {
    const fields = fieldsOf(footer);
    if (fields.has(FILE.encryption) || fields.has(FILE.signingKey)) throw new RangeError("an encrypted file");
    this.#first ??= { bytes: Buffer.from(footer), fields };
    const { bytes: first, fields: firstFields } = this.#first;
    if (!schemaOf(first, firstFields).equals(schemaOf(footer, fields)))
      throw new RangeError("another schema");
    const rows = rowsOf(footer, fields);
    const groups = fields.get(FILE.rowGroups);
    if (groups?.type !== LIST) throw new RangeError("no row groups");
    const scanner = new ThriftScanner(footer);
    scanner.at = groups.start;
    this.#groups += copyList(scanner, this.#encoded, GROUP, shiftBytes);
    this.#rows += rows;
  }

  /** The footer, without its length and the magic bytes. Throws `RangeError` when no file was added. */
  finish(): Buffer {
    if (this.#first === null) throw new RangeError("no file");
    const { bytes, fields } = this.#first;
    const writer = new ThriftWriter();
    writer.begin();
    for (const [id, { type, start, end }] of fields) {
      if (id === FILE.rows) writer.int64(id, this.#rows);
      else if (id === FILE.rowGroups) {
        writer.list(id, STRUCT, this.#groups);
        writer.raw(this.#encoded.bytes);
      } else {
        writer.field(id, type);
        writer.raw(bytes.subarray(start, end));
      }
    }
    writer.end();
    return Buffer.from(writer.bytes);
  }
}

/** How many rows a file has, by its footer. Throws `RangeError` when it is no footer. */
export function footerRows(footer: Buffer): number {
  return rowsOf(footer, fieldsOf(footer));
}

function fieldsOf(footer: Buffer): ReadonlyMap<number, ScannedField> {
  const scanner = new ThriftScanner(footer);
  const fields = scanner.fields();
  if (scanner.at !== footer.length) throw new RangeError("bytes follow the struct");
  return fields;
}

function schemaOf(footer: Buffer, fields: ReadonlyMap<number, ScannedField>): Buffer {
  const schema = fields.get(FILE.schema);
  if (schema === undefined) throw new RangeError("no schema");
  return footer.subarray(schema.start, schema.end);
}

function rowsOf(footer: Buffer, fields: ReadonlyMap<number, ScannedField>): number {
  const rows = fields.get(FILE.rows);
  if (rows?.type !== INT64) throw new RangeError("no row groups");
  const scanner = new ThriftScanner(footer);
  scanner.at = rows.start;
  return scanner.whole();
}

/** Copies the structs of a list, without its head, and says how many. */
function copyList(from: ThriftScanner, to: ThriftWriter, changes: Changes, by: number): number {
  const { itemType, count } = from.listHead();
  if (itemType !== STRUCT && count > 0) throw new RangeError(`${changes.name} that is none`);
  for (let item = 0; item < count; item += 1) copyStruct(from, to, changes, by);
  return count;
}

function copyStruct(from: ThriftScanner, to: ThriftWriter, changes: Changes, by: number): void {
  const missing = new Set(Object.values(changes.within));
  to.begin();
  for (let id = 0; ; ) {
    const type = from.fieldType(id);
    if (type === null) break;
    id = from.id;
    const refusal = changes.refused[id];
    if (refusal !== undefined) throw new RangeError(refusal);
    const within = changes.within[id];
    if (within !== undefined) missing.delete(within);
    if (changes.leftOut.includes(id)) from.skip(type);
    else {
      to.field(id, type);
      if (within !== undefined) copyWithin(from, to, type, within, by);
      else if (changes.moved.includes(id)) copyPlace(from, to, type, by);
      else to.raw(from.passed(type));
    }
  }
  to.end();
  for (const within of missing) throw lacking(changes, within);
}

function copyWithin(from: ThriftScanner, to: ThriftWriter, type: number, changes: Changes, by: number): void {
  if (type === STRUCT) copyStruct(from, to, changes, by);
  else if (type === LIST) {
    const { itemType, count } = from.peekList();
    to.listHead(itemType, count);
    copyList(from, to, changes, by);
  } else throw new RangeError(`${changes.name} that is none`);
}

function lacking(changes: Changes, within: Changes): RangeError {
  return new RangeError(`${changes.name} without ${within === CHUNK ? "columns" : within.name}`);
}

function copyPlace(from: ThriftScanner, to: ThriftWriter, type: number, by: number): void {
  if (type !== INT64) throw new RangeError("a place that is no number");
  const place = from.whole();
  to.whole(place > 0 ? place + by : place);
}
