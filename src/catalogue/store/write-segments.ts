import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Database, sqlName, sqlText, throwIfAborted } from "../../core/index.ts";
import { describeSegment } from "./describe-segment.ts";
import type { SegmentDescription } from "./snapshot-document.ts";
import { ROW_GROUP_ROWS, type TableName, tableDefinition } from "./tables.ts";

/** Rows that a segment is meant to have; a table is cut into equal parts of about so many. */
export const ROWS_PER_SEGMENT = 1_000_000;

export interface WriteSegmentsOptions {
  readonly table: TableName;
  /** A query that gives the physical columns by name, in any order of rows and columns. */
  readonly query: string;
  /** The folder of the snapshot that is being put together; the segments go to `<folder>/<table>/`. */
  readonly folder: string;
  readonly generation: number;
  readonly rowsPerSegment?: number;
  /** The number of the first segment; 0 unless this generation of the table has some already. */
  readonly firstNumber?: number;
  /** Whether few rows are looked for, so that they are written to one file first, which is cut when they are many after all. */
  readonly areFew?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the rows of `query`, sorted and cut by the key of the table, as the segments `<generation>-<n>.parquet`, each
 * with its statistics beside it. The sort spills to the database's spill folder. No rows, no segments. Nothing is synced:
 * the snapshot is when it is published.
 */
export async function writeSegments(
  database: Database,
  options: WriteSegmentsOptions,
): Promise<SegmentDescription[]> {
  const { table, folder, generation } = options;
  const segments: SegmentDescription[] = [];
  for await (const file of segmentFiles(database, options)) {
    segments.push(await describeSegment(database, { table, folder, file, generation }));
  }
  return segments;
}

/** The same without statistics: each file in `folder`, once it is written. */
export async function* segmentFiles(
  database: Database,
  options: WriteSegmentsOptions,
): AsyncGenerator<string> {
  const { table, folder, signal } = options;
  const { columns, sortedBy } = tableDefinition(table);
  const typed = Object.entries(columns).map(
    ([name, type]) => `${sqlName(name)}::${type} as ${sqlName(name)}`,
  );
  const sorted = `select ${typed.join(", ")} from (${options.query}) order by ${sortedBy}`;
  const whole = options.areFew ? await writeWhole(database, options, sorted) : null;
  if (whole === "written") yield fileOf(options, 0);
  if (whole === "written" || whole === "empty") return;
  if (whole === null) await database.run(`create or replace temp table sorted_rows as ${sorted}`);
  try {
    const cuts = await findCuts(database, options);
    if (cuts.length > 1) await mkdir(join(folder, table), { recursive: true });
    for (const [index, start] of cuts.slice(0, -1).entries()) {
      throwIfAborted(signal);
      const end = cuts[index + 1] ?? start;
      const file = fileOf(options, index);
      const rows = `select * from sorted_rows where rowid >= ${start} and rowid < ${end}`;
      await database.writeParquet(rows, join(folder, file), {}, { rowGroupRows: ROW_GROUP_ROWS });
      yield file;
    }
  } finally {
    await database.run("drop table if exists sorted_rows");
  }
}

function fileOf({ table, generation, firstNumber = 0 }: WriteSegmentsOptions, index: number): string {
  return `${table}/${generation}-${firstNumber + index}.parquet`;
}

/** Writes the first segment with all rows: a table of them would take longer than the file. If there are too many, they are such a table. */
async function writeWhole(
  database: Database,
  options: WriteSegmentsOptions,
  sorted: string,
): Promise<"empty" | "written" | "too many"> {
  const { folder, rowsPerSegment = ROWS_PER_SEGMENT } = options;
  const path = join(folder, fileOf(options, 0));
  await mkdir(dirname(path), { recursive: true });
  await database.writeParquet(sorted, path, {}, { rowGroupRows: ROW_GROUP_ROWS });
  const from = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  const [counted] = await database.rows(`select count(*) as rows from ${from}`);
  const { rows } = countRow.parse(counted);
  const parts = partsOf(rows, rowsPerSegment);
  if (parts === 1) return "written";
  if (parts > 1) await database.run(`create or replace temp table sorted_rows as from ${from}`);
  await rm(path);
  return parts === 0 ? "empty" : "too many";
}

// Rounded, so that tables that grow a little from compaction to compaction do not fall into halves.
function partsOf(rows: number, rowsPerSegment: number): number {
  return rows === 0 ? 0 : Math.max(1, Math.round(rows / rowsPerSegment));
}

const countRow = z.object({ rows: z.bigint().transform(Number) });
const cutRow = z.object({ cut: z.bigint().transform(Number).nullable() });

/** Where segments start, and at last the number of rows; only that for an empty table. */
async function findCuts(
  database: Database,
  { table, rowsPerSegment = ROWS_PER_SEGMENT }: WriteSegmentsOptions,
): Promise<number[]> {
  const [counted] = await database.rows("select count(*) as rows from sorted_rows");
  const { rows } = countRow.parse(counted);
  const parts = partsOf(rows, rowsPerSegment);
  const cuts = Array.from({ length: parts }, (_, part) => Math.floor((rows * part) / parts));
  const { keepsKeysTogether, bound } = tableDefinition(table);
  if (!keepsKeysTogether) return [...cuts, rows];
  const moved: number[] = [];
  for (const cut of cuts) moved.push(cut === 0 ? 0 : await nextKeyFrom(database, bound, cut, rows));
  return [...new Set([...moved, rows])];
}

/** The first row from `cut` on whose key is another than that of the row before `cut`. */
async function nextKeyFrom(database: Database, bound: string, cut: number, rows: number): Promise<number> {
  for (let span = 1024; ; span *= 8) {
    const [row] = await database.rows(
      `select min(rowid) as cut from sorted_rows
       where rowid >= ${cut} and rowid < ${cut + span} and ${bound} <> (select ${bound} from sorted_rows where rowid = ${cut} - 1)`,
    );
    const found = cutRow.parse(row).cut;
    if (found !== null) return found;
    if (cut + span >= rows) return rows;
  }
}
