import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import {
  type ColumnChunk,
  Database,
  type DatabaseOptions,
  isListValue,
  sqlName,
  sqlTextList,
  throwIfAborted,
} from "../../core/index.ts";
import {
  type ColumnSlice,
  FIXED_BYTES,
  LIST_TYPE,
  ROWS_BLOCK,
  type RowColumn,
  RowsEncoder,
  TEXT_TYPE,
} from "../../formats/row-blocks/index.ts";
import { IndexFileWriter } from "./index-file-writer.ts";
import type { RowPart } from "./index-parts.ts";
import { RowFile } from "./row-file.ts";

export interface BuildRowFileOptions {
  readonly part: RowPart;
  readonly database: DatabaseOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (count: number) => void;
}

/** True when the file of a part is there and was made from these segments. */
export function isRowFileCurrent({ path, source }: Pick<RowPart, "path" | "source">): boolean {
  try {
    new RowFile(path, source).close();
    return true;
  } catch {
    return false;
  }
}

/** Writes the rows of a generation in their order. A few megabytes of memory beside the database's. */
export async function buildRowFile(options: BuildRowFileOptions): Promise<void> {
  const { part, signal, onRows } = options;
  await mkdir(dirname(part.path), { recursive: true });
  const database = await Database.open(options.database);
  try {
    const writer = new IndexFileWriter(part.path);
    const names = Buffer.from(JSON.stringify(part.columns.map(({ name, type }) => [name, type])));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(names.length);
    writer.append(Buffer.concat([length, names]));
    const few = await fewTexts(database, part);
    const encoder = new RowsEncoder(part.columns.map(({ type }) => type));
    const offsets: number[] = [];
    const write = (columns: readonly ColumnSlice[], from: number, to: number): void => {
      offsets.push(writer.length);
      writer.append(encoder.encode(columns, from, to));
    };
    // Chunks end where the database likes, blocks every 128 rows: what is left of one goes before the next.
    let rest: Rest | null = null;
    for await (const chunk of database.chunks(codedQuery(part, few))) {
      throwIfAborted(signal);
      const slices = slicesOf(chunk, part.columns, few);
      const joined: Rest =
        rest === null ? { slices, rows: chunk.rows } : join(rest, slices, chunk.rows, part.columns);
      let from = 0;
      for (; from + ROWS_BLOCK <= joined.rows; from += ROWS_BLOCK)
        write(joined.slices, from, from + ROWS_BLOCK);
      rest = from < joined.rows ? cut(joined, from, part.columns) : null;
      onRows?.(chunk.rows);
    }
    if (rest !== null) write(rest.slices, 0, rest.rows);
    const tableOffset = writer.length;
    writer.append(new Uint8Array(BigUint64Array.from(offsets, BigInt).buffer));
    const count = offsets.length;
    await writer.publish({ kind: "rows", parameter: ROWS_BLOCK, count, tableOffset, source: part.source });
  } finally {
    database.close();
  }
}

interface Rest {
  readonly slices: readonly ColumnSlice[];
  readonly rows: number;
}

/** Columns of texts with their different values, null first: for those that have few, so that no text is made for each row. */
type FewTexts = ReadonlyMap<string, readonly (string | null)[]>;

const MAX_NAMES = 200;
const nameRow = z.object({ name: z.string() });

async function fewTexts(database: Database, { columns, query }: RowPart): Promise<FewTexts> {
  const few = new Map<string, readonly (string | null)[]>();
  for (const { name, type } of columns) {
    if (type !== TEXT_TYPE) continue;
    // The first rows tell which columns are not worth counting.
    const column = sqlName(name);
    const start = `select distinct ${column} as name from (${query} limit 20000) where ${column} is not null limit ${MAX_NAMES + 1}`;
    if ((await database.rows(start)).length > MAX_NAMES) continue;
    const rows = await database.rows(
      `select distinct ${column} as name from (${query}) where ${column} is not null order by name limit ${MAX_NAMES + 1}`,
    );
    if (rows.length <= MAX_NAMES) few.set(name, [null, ...rows.map((row) => nameRow.parse(row).name)]);
  }
  return few;
}

function codedQuery({ columns, query }: RowPart, few: FewTexts): string {
  const selected = columns.map(({ name }) => {
    const names = few.get(name)?.flatMap((text) => text ?? []);
    if (names === undefined) return sqlName(name);
    const place =
      names.length === 0 ? "0" : `coalesce(list_position(${sqlTextList(names)}, ${sqlName(name)}), 0)`;
    return `${place}::utinyint as ${sqlName(name)}`;
  });
  return `select ${selected.join(", ")} from (${query})`;
}

function slicesOf(chunk: ColumnChunk, columns: readonly RowColumn[], few: FewTexts): readonly ColumnSlice[] {
  return columns.map(({ name, type }, index): ColumnSlice => {
    const names = few.get(name);
    if (names !== undefined) return { kind: "coded", codes: chunk.fixed(index).bytes, names };
    if (type in FIXED_BYTES) return { kind: "fixed", ...chunk.fixed(index) };
    const values = chunk.values(index);
    if (type === LIST_TYPE) return { kind: "list", values: values.map(listOf) };
    return { kind: "text", values: values.map((value) => (typeof value === "string" ? value : null)) };
  });
}

function listOf(value: unknown): readonly number[] | null {
  return isListValue(value) ? value.items.map(Number) : null;
}

/** A copy of the rows from `from` on: what a chunk holds is gone with the next one. */
function cut({ slices, rows }: Rest, from: number, columns: readonly RowColumn[]): Rest {
  return {
    rows: rows - from,
    slices: slices.map((slice, index): ColumnSlice => {
      if (slice.kind === "coded") return { ...slice, codes: slice.codes.slice(from, rows) };
      if (slice.kind !== "fixed") return { ...slice, values: slice.values.slice(from, rows) } as ColumnSlice;
      const width = FIXED_BYTES[columns[index]?.type ?? ""] ?? 1;
      return {
        kind: "fixed",
        bytes: slice.bytes.slice(from * width, rows * width),
        valid:
          slice.valid && movedBits(slice.valid, from, rows, 0, Buffer.alloc(Math.ceil((rows - from) / 8))),
      };
    }),
  };
}

function join(
  before: Rest,
  slices: readonly ColumnSlice[],
  rows: number,
  columns: readonly RowColumn[],
): Rest {
  const total = before.rows + rows;
  return {
    rows: total,
    slices: before.slices.map((first, index): ColumnSlice => {
      const second = slices[index];
      if (first.kind === "text" && second?.kind === "text") {
        return { kind: "text", values: [...first.values, ...second.values] };
      }
      if (first.kind === "list" && second?.kind === "list") {
        return { kind: "list", values: [...first.values, ...second.values] };
      }
      if (first.kind === "coded" && second?.kind === "coded") {
        const codes = Buffer.concat([first.codes.subarray(0, before.rows), second.codes.subarray(0, rows)]);
        return { ...first, codes };
      }
      if (first.kind !== "fixed" || second?.kind !== "fixed")
        throw new TypeError("columns change their type");
      const width = FIXED_BYTES[columns[index]?.type ?? ""] ?? 1;
      const valid = Buffer.alloc(Math.ceil(total / 8));
      movedBits(first.valid, 0, before.rows, 0, valid);
      movedBits(second.valid, 0, rows, before.rows, valid);
      const bytes = Buffer.concat([
        first.bytes.subarray(0, before.rows * width),
        second.bytes.subarray(0, rows * width),
      ]);
      return { kind: "fixed", bytes, valid };
    }),
  };
}

/** Sets the bits of rows `from` to before `to` at `at` and on; without bits all rows have a value. */
function movedBits(valid: Uint8Array | null, from: number, to: number, at: number, into: Buffer): Buffer {
  for (let row = from; row < to; row += 1) {
    const isSet = valid === null || (((valid[row >>> 3] ?? 0) >>> (row & 7)) & 1) === 1;
    const place = at + row - from;
    if (isSet) into[place >>> 3] = (into[place >>> 3] ?? 0) | (1 << (place & 7));
  }
  return into;
}
