import {
  decodeThrift,
  encodeThrift,
  listHead,
  STRUCT,
  structOf,
  type ThriftStruct,
  type ThriftValue,
  typeOf,
} from "./thrift-compact.ts";
import { field, whole } from "./thrift-fields.ts";

/** Field ids of `parquet.thrift` (apache/parquet-format). */
const FILE = { schema: 2, rows: 3, rowGroups: 4, encryption: 8, signingKey: 9 };
const GROUP = { columns: 1, fileOffset: 5, ordinal: 7 };
const CHUNK = { filePath: 1, fileOffset: 2, metadata: 3, offsetIndex: 4, columnIndex: 6 };
/** Data page, index page, dictionary page, Bloom filter. */
const METADATA_OFFSETS: readonly number[] = [9, 10, 11, 14];

/**
 * The footer of a Parquet file that is put together of others of one schema: their row groups one after the other, as they
 * stand. Holds the encoded row groups, and one decoded footer at a time.
 */
export class FooterJoiner {
  #first: ThriftStruct | null = null;
  #rows = 0n;
  #groups = 0;
  readonly #encoded: Buffer[] = [];

  /** Of all files that were added. */
  get rows(): number {
    return Number(this.#rows);
  }

  /**
   * Adds a file's footer (without its length and the magic bytes), whose data stand `shiftBytes` further on in the new file.
   * Throws `RangeError` when it is no footer, or one of another schema.
   */
  add(footer: Buffer, shiftBytes: number): void {
    const file = decodeThrift(footer);
    if (file.fields.has(FILE.encryption) || file.fields.has(FILE.signingKey)) {
      throw new RangeError("an encrypted file");
    }
    const schema = encodeThrift(field(file, FILE.schema));
    this.#first ??= file;
    if (!encodeThrift(field(this.#first, FILE.schema)).equals(schema)) throw new RangeError("another schema");
    const groups = field(file, FILE.rowGroups);
    if (groups.kind !== "list") throw new RangeError("no row groups");
    this.#rows += BigInt(rowsOf(file));
    for (const group of groups.items) {
      this.#encoded.push(encodeThrift(shiftedGroup(group, BigInt(shiftBytes))));
      this.#groups += 1;
    }
  }

  /** The footer, without its length and the magic bytes. Throws `RangeError` when no file was added. */
  finish(): Buffer {
    if (this.#first === null) throw new RangeError("no file");
    const fields = [...this.#first.fields].map(([id, value]) => {
      if (id === FILE.rowGroups) {
        return [
          id,
          typeOf(value),
          Buffer.concat([listHead(STRUCT, this.#groups), ...this.#encoded]),
        ] as const;
      }
      const own: ThriftValue = id === FILE.rows ? { kind: "int", type: 6, value: this.#rows } : value;
      return [id, typeOf(own), encodeThrift(own)] as const;
    });
    return structOf(fields);
  }
}

/** How many rows a file has, by its footer. Throws `RangeError` when it is no footer. */
export function footerRows(footer: Buffer): number {
  return rowsOf(decodeThrift(footer));
}

function rowsOf(file: ThriftStruct): number {
  return whole(file, FILE.rows);
}

/** The number of the group in its file, which may be left out, is left out. */
function shiftedGroup(group: ThriftValue, by: bigint): ThriftStruct {
  const columns = group.kind === "struct" ? group.fields.get(GROUP.columns) : undefined;
  if (group.kind !== "struct" || columns?.kind !== "list")
    throw new RangeError("a row group without columns");
  const items = columns.items.map((chunk): ThriftStruct => {
    if (chunk.kind !== "struct") throw new RangeError("a column that is none");
    if (chunk.fields.has(CHUNK.filePath)) throw new RangeError("a column in another file");
    const moved = shifted(chunk, [CHUNK.fileOffset, CHUNK.offsetIndex, CHUNK.columnIndex], by);
    const metadata = moved.fields.get(CHUNK.metadata);
    if (metadata?.kind !== "struct") throw new RangeError("a column without metadata");
    const fields = new Map(moved.fields).set(CHUNK.metadata, shifted(metadata, METADATA_OFFSETS, by));
    return { kind: "struct", fields };
  });
  const fields = new Map(shifted(group, [GROUP.fileOffset], by).fields);
  fields.set(GROUP.columns, { ...columns, items });
  fields.delete(GROUP.ordinal);
  return { kind: "struct", fields };
}

/** Offsets that are 0 say nothing. */
function shifted(struct: ThriftStruct, ids: readonly number[], by: bigint): ThriftStruct {
  const fields = new Map(struct.fields);
  for (const id of ids) {
    const offset: ThriftValue | undefined = fields.get(id);
    if (offset !== undefined && offset.kind === "int" && offset.value > 0n) {
      fields.set(id, { ...offset, value: offset.value + by });
    }
  }
  return { kind: "struct", fields };
}
