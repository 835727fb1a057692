import { decodeThrift, type ThriftValue } from "./thrift-compact.ts";
import { field, items, text, whole } from "./thrift-fields.ts";

/** Where a column of a row group stands in the file. */
export interface NumberChunk {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly isFloat: boolean;
  readonly isZstd: boolean;
  /** Whether rows may have no value: definition levels then stand before the values of each page. */
  readonly isOptional: boolean;
}

export interface NumberGroup {
  readonly rows: number;
  /** In the order of the names. */
  readonly chunks: readonly NumberChunk[];
}

/** Field ids and numbers of `parquet.thrift` (apache/parquet-format). */
const FILE = { schema: 2, rowGroups: 4 };
const ELEMENT = { repetition: 3, name: 4 };
const GROUP = { columns: 1, rows: 3 };
const CHUNK = { metadata: 3 };
const METADATA = { type: 1, path: 3, codec: 4, sizeBytes: 7, dataOffset: 9, dictionaryOffset: 11 };
const OPTIONAL = 1;
const TYPE = { int32: 1, float: 4 };
const CODEC = { none: 0, zstd: 6 };

/**
 * The row groups of a file as far as these columns go, from its footer (without its length and the magic bytes). Null when one of them
 * is not there, neither FLOAT nor of 32 bits, within a list, or packed by another codec than zstd; throws `RangeError` when it is no footer.
 */
export function numberGroups(footer: Buffer, names: readonly string[]): readonly NumberGroup[] | null {
  const file = decodeThrift(footer);
  const optional = new Map(
    items(file, FILE.schema).map((element) => [
      text(element, ELEMENT.name),
      whole(element, ELEMENT.repetition) === OPTIONAL,
    ]),
  );
  const groups: NumberGroup[] = [];
  for (const group of items(file, FILE.rowGroups)) {
    const columns = new Map(
      items(group, GROUP.columns).map((column) => {
        const metadata = field(column, CHUNK.metadata);
        return [pathOf(metadata), metadata];
      }),
    );
    const chunks = names.map((name) => numberChunk(columns.get(name), optional.get(name) ?? false));
    if (chunks.some((chunk) => chunk === null)) return null;
    groups.push({
      rows: whole(group, GROUP.rows),
      chunks: chunks.flatMap((chunk) => chunk ?? []),
    });
  }
  return groups;
}

function numberChunk(metadata: ThriftValue | undefined, isOptional: boolean): NumberChunk | null {
  if (metadata === undefined) return null;
  const type = whole(metadata, METADATA.type);
  if (type !== TYPE.int32 && type !== TYPE.float) return null;
  const codec = whole(metadata, METADATA.codec);
  if (codec !== CODEC.none && codec !== CODEC.zstd) return null;
  const dataOffset = whole(metadata, METADATA.dataOffset);
  const dictionaryOffset = whole(metadata, METADATA.dictionaryOffset, dataOffset);
  return {
    offsetBytes: Math.min(dataOffset, dictionaryOffset),
    sizeBytes: whole(metadata, METADATA.sizeBytes),
    isFloat: type === TYPE.float,
    isZstd: codec === CODEC.zstd,
    isOptional,
  };
}

/** With dots between its parts; a part of a list or struct is then found by no name. */
function pathOf(metadata: ThriftValue): string {
  return items(metadata, METADATA.path)
    .map((part) => (part.kind === "binary" ? part.bytes.toString("utf8") : ""))
    .join(".");
}
