import { rm } from "node:fs/promises";
import { z } from "zod";
import { type Database, sqlName, sqlText } from "../../core/database.ts";
import { errorMessage, FailedError } from "../../core/errors.ts";
import type { Fields } from "../../formats/json/shape.ts";
import type { Batch, Reject } from "./batches.ts";
import { lineFault } from "./line-fault.ts";
import { rejectsOf } from "./rejects-of.ts";
import { sqlColumns } from "./shape.ts";
import { SpooledLines } from "./spooled-lines.ts";

/** The reader's buffer has twice the size: as small as the lines allow, it stays in the cache, and is not given back and taken anew. */
const MIN_OBJECT_BYTES = 131_072;
const countSchema = z.object({ rows: z.bigint() });
const refusedSchema = z.object({ row: z.bigint(), reason: z.string() });

export interface BatchLoad {
  readonly batch: Batch & { readonly file: string };
  /** The table that is made: one row a line, in order. */
  readonly table: string;
  /** Null for lines that are no JSON: the table then has one column, `text`. */
  readonly fields: Fields | null;
  /** An expression over a row: the reason to refuse it, or null. */
  readonly refusal: string;
}

export interface LoadedBatch {
  readonly rows: number;
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly Reject[];
}

/**
 * Reads the lines of a batch into a new table. When the database refuses the file, its lines are looked at one by one, those that
 * do not fit are rejected, and the rest is read. Every line is a row or a reject: anything else throws `FailedError`.
 */
export async function loadBatch(database: Database, load: BatchLoad): Promise<LoadedBatch> {
  const { batch, table, refusal } = load;
  const bad = (await tryRead(database, load, batch.file)) ? new Map() : await readRest(database, load);
  const read = await countRows(database, table);
  if (read !== batch.lines - bad.size) {
    throw new FailedError(`of ${batch.lines - bad.size} lines ${read} were read`, {
      hint: "this is a fault of this program: please report it, with the input",
    });
  }
  const refused = await refuseRows(database, table, refusal);
  for (const [line, reason] of linesOfRows(refused, batch.lines, bad)) bad.set(line, reason);
  const rejects = bad.size === 0 ? [] : rejectsOf(await SpooledLines.read(batch.file), batch, bad);
  return { rows: read - refused.size, rejected: bad.size, rejects };
}

async function tryRead(
  database: Database,
  { table, fields, batch }: BatchLoad,
  file: string,
): Promise<boolean> {
  const objectBytes = Math.max(MIN_OBJECT_BYTES, batch.longestBytes + 16);
  const source =
    fields === null
      ? // The reader of CSV fails for all lines where they do not all end in the same way.
        `(select rtrim(line, chr(13)) as text from (select unnest(string_split(content, chr(10))) as line from read_text(${sqlText(file)})) where line <> '')`
      : `read_ndjson(${sqlText(file)}, columns = ${sqlColumns(fields)}, maximum_object_size = ${objectBytes})`;
  try {
    await database.run(`create or replace temp table ${sqlName(table)} as select * from ${source}`);
    return true;
  } catch (error) {
    if (/JSON|Invalid Input|Conversion/.test(errorMessage(error))) return false;
    throw error;
  }
}

/** Finds the lines that do not fit, and reads the others. */
async function readRest(database: Database, load: BatchLoad): Promise<Map<number, string>> {
  const lines = await SpooledLines.read(load.batch.file);
  const bad = new Map<number, string>();
  for (let index = 0; index < lines.count; index += 1) {
    const fault = load.fields === null ? null : lineFault(lines.line(index), load.fields);
    if (fault !== null) bad.set(index, fault);
  }
  const rest = `${load.batch.file}.rest`;
  const isGood = (line: number): boolean => !bad.has(line);
  try {
    await lines.write(rest, 0, lines.count, isGood);
    if (bad.size > 0 && (await tryRead(database, load, rest))) return bad;
    await halve(0, lines.count);
    await lines.write(rest, 0, lines.count, isGood);
    if (await tryRead(database, load, rest)) return bad;
    throw new FailedError("lines that can be read one by one cannot be read together");
  } finally {
    await rm(rest, { force: true });
  }

  /** The database itself says which of these lines it refuses: by halves, until each is found. */
  async function halve(start: number, end: number): Promise<void> {
    if ((await lines.write(rest, start, end, isGood)) === 0) return;
    if (await tryRead(database, load, rest)) return;
    if (end - start === 1) {
      bad.set(start, "refused by the JSON reader: most often a name that is there twice");
      return;
    }
    const middle = (start + end) >>> 1;
    await halve(start, middle);
    await halve(middle, end);
  }
}

async function refuseRows(
  database: Database,
  table: string,
  refusal: string,
): Promise<ReadonlyMap<number, string>> {
  const rows = await database.rows(
    `select rowid as row, reason from (select rowid, ${refusal} as reason from ${sqlName(table)}) where reason is not null`,
  );
  if (rows.length > 0) await database.run(`delete from ${sqlName(table)} where (${refusal}) is not null`);
  const refused = rows.map((row) => refusedSchema.parse(row));
  return new Map(refused.map(({ row, reason }) => [Number(row), reason]));
}

/** Rows are numbered without the lines that are bad already. */
function* linesOfRows(
  rows: ReadonlyMap<number, string>,
  lines: number,
  bad: ReadonlyMap<number, string>,
): Generator<readonly [line: number, reason: string]> {
  if (rows.size === 0) return;
  const isBad = new Set(bad.keys());
  for (let line = 0, row = 0; line < lines; line += 1) {
    if (isBad.has(line)) continue;
    const reason = rows.get(row);
    if (reason !== undefined) yield [line, reason];
    row += 1;
  }
}

async function countRows(database: Database, table: string): Promise<number> {
  const [row] = await database.rows(`select count(*) as rows from ${sqlName(table)}`);
  return Number(countSchema.parse(row).rows);
}
