import { z } from "zod";
import { type Database, sqlName, sqlText } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import type { RecordIntake } from "../facts/add-record-source.ts";
import type { RecordInput } from "../facts/record-input.ts";

const HEAD_BYTES = 65_536;
/** Biographies and notes are long; a record beyond it is refused. */
const MAX_RECORD_BYTES = 4_194_304;
/** Of the database's reader, which takes 16 records of the greatest length unless told: these stay in the processor's cache. */
const BUFFER_BYTES = 2 * MAX_RECORD_BYTES;
const MAX_KEPT_REJECTS = 1_000;

/** How the first lines of a file name its columns. */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly lines: number;
}

/** One line of names; or two, group and name, and a third that names the index alone: `track.title`, and `track_id`. */
export async function readHeader(input: RecordInput): Promise<CsvHeader> {
  const text = (await input.head(HEAD_BYTES)).toString("utf8").replace(/^\ufeff/, "");
  const [first = [], second = [], third = []] = text
    .split(/\r?\n/, 3)
    .map((line) => line.split(",").map((name) => name.trim()));
  if (first[0] !== "") return { columns: first, lines: 1 };
  if (third[0] !== "track_id" || first.length !== second.length) {
    throw new UsageError(`"${input.path}" has neither one line of names nor the three of tracks.csv`, {
      hint: "give the files of fma_metadata.zip as they are",
    });
  }
  const columns = first.map((group, index) => (index === 0 ? "track_id" : `${group}.${second[index] ?? ""}`));
  return { columns, lines: 3 };
}

const countSchema = z.object({ rows: z.bigint() });
const rejectSchema = z.object({
  line: z.bigint(),
  offset: z.bigint(),
  reason: z.string(),
  sample: z.string().nullable(),
});

/** Reads a CSV file into a table of texts; lines that do not fit are refused with their place. Throws `UsageError`. */
export async function loadCsv(
  intake: RecordIntake,
  input: RecordInput,
  table: string,
  wanted: readonly string[],
): Promise<void> {
  const { isDryRun } = intake;
  const database = await intake.database.open();
  const { columns, lines } = await readHeader(input);
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0 || new Set(columns).size !== columns.length) {
    throw new UsageError(`"${input.path}" has no column "${missing.join('", "')}", or one twice`, {
      hint: "another version of the data set? The columns of fma_metadata.zip of 2017 are read",
    });
  }
  const types = columns.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
  const fixed = `header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', nullstr = ''`;
  const bounds = `max_line_size = ${MAX_RECORD_BYTES}, buffer_size = ${BUFFER_BYTES}`;
  const rejects = `store_rejects = true, rejects_table = 'csv_reject', rejects_scan = 'csv_scan', rejects_limit = 0`;
  const chosen = wanted.map(sqlName).join(", ");
  // Looked at, so that a bad encoding is found in columns that are left out too.
  const others = columns.filter((name) => !wanted.includes(name));
  const seen = others.map((name) => `coalesce(strlen(${sqlName(name)}), 0) >= 0`);
  const where = seen.length === 0 ? "" : ` where ${seen.join(" and ")}`;
  const from = `read_csv(${sqlText(input.path)}, columns = {${types}}, skip = ${lines}, ${fixed}, ${bounds}, ${rejects}`;
  const some = isDryRun ? " limit 1000" : "";
  const read = (isStrict: boolean): Promise<void> =>
    database.run(
      `create or replace table ${sqlName(table)} as select ${chosen} from ${from}, strict_mode = ${isStrict})${where}${some}`,
    );
  try {
    // The strict reader may give up on a file whose lines end now one way, now the other.
    await read(true).catch(() => read(false));
  } catch (cause) {
    throw new UsageError(`"${input.path}" cannot be read as CSV`, { cause });
  }
  await takeRejects(database, intake, input);
}

async function takeRejects(database: Database, { writer }: RecordIntake, input: RecordInput): Promise<void> {
  const [counted] = await database.rows("select count(distinct line) as rows from csv_reject");
  const rows = await database.rows(
    `select line, min(coalesce(line_byte_position, byte_position, 0)) as offset, min(error_message) as reason,
       min(left(csv_line, 200)) as sample
     from csv_reject group by line order by line limit ${MAX_KEPT_REJECTS}`,
  );
  // DuckDB counts bytes from 1.
  const kept = rows.map((row) => {
    const { line, offset, reason, sample } = rejectSchema.parse(row);
    return {
      line: Number(line),
      offsetBytes: Math.max(0, Number(offset) - 1),
      reason: `${input.name}: ${reason}`,
      sample,
    };
  });
  writer.rejectAll(Number(countSchema.parse(counted).rows), kept);
  await database.run("drop table if exists csv_reject; drop table if exists csv_scan");
}
