import { parseJson } from "../../core/canonical-json.ts";
import { type Database, sqlName, sqlText } from "../../core/database.ts";
import { errorMessage, UsageError } from "../../core/errors.ts";
import { parseCsvRecord } from "../plays/csv.ts";
import { type Delimiter, delimiterOf } from "../plays/csv-records.ts";
import type { RecordForm } from "../records/record-splitter.ts";
import type { TableReader } from "./mapping.ts";

const MAX_LINE_BYTES = 2_097_152;
const MAX_COLUMNS = 256;

/** How a file of text is read, and its columns. */
export interface TextShape {
  readonly reader: Exclude<TableReader, { readonly kind: "parquet" }>;
  readonly columns: readonly string[];
}

export function isParquet(head: Buffer): boolean {
  return head.subarray(0, 4).toString("latin1") === "PAR1";
}

/** By the first bytes of the (unpacked) content. Throws `UsageError` when they are no table. */
export function textShapeOf(head: Buffer, shown: string): TextShape {
  const text = head
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text.startsWith("{")) return { reader: { kind: "jsonl" }, columns: jsonColumns(text, shown) };
  const delimiter = delimiterOf(text.slice(0, text.search(/\n|$/)));
  const record = parseCsvRecord(text, 0, delimiter);
  if (!record.ok || text === "") throw notATable(shown, "its first line names no columns");
  const reason = headerFault(record.fields);
  if (reason !== null) throw notATable(shown, reason);
  return { reader: { kind: "csv", delimiter }, columns: record.fields };
}

export function recordForm({ delimiter }: { readonly delimiter: Delimiter }): RecordForm {
  return { delimiter, headerLines: 1 };
}

/** Writes a file of Parquet as lines of JSON with all columns as text, lists as JSON, and gives its columns. Throws `UsageError`. */
export async function writeParquetAsLines(
  database: Database,
  path: string,
  lines: string,
  shown: string,
  limit: number | null,
): Promise<readonly string[]> {
  const from = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  const columns = await columnsOf(database, from, shown);
  const texts = columns.map(
    (column) =>
      `case when typeof(${sqlName(column)}) like '%[]' or typeof(${sqlName(column)}) like 'STRUCT%' then to_json(${sqlName(column)})::varchar else ${sqlName(column)}::varchar end as ${sqlName(column)}`,
  );
  const some = limit === null ? "" : ` limit ${limit}`;
  const query = `select ${texts.join(", ")} from ${from}${some}`;
  try {
    await database.run(`copy (${query}) to ${sqlText(lines)} (format json)`);
  } catch (cause) {
    if (/Out of Memory|No space/i.test(errorMessage(cause))) throw cause;
    throw new UsageError(`"${shown}" is damaged: it cannot be read to its end`, { cause });
  }
  return columns;
}

/** Every name that one of the first lines has, in the order in which they come up. */
function jsonColumns(text: string, shown: string): string[] {
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    const json = parseJson(Buffer.from(line), MAX_LINE_BYTES);
    if (!json.ok || typeof json.value !== "object" || json.value === null || Array.isArray(json.value))
      continue;
    for (const name of Object.keys(json.value)) names.add(name);
  }
  const reason = names.size === 0 ? "none of its first lines is a JSON object" : headerFault([...names]);
  if (reason !== null) throw notATable(shown, reason);
  return [...names];
}

async function columnsOf(database: Database, from: string, shown: string): Promise<string[]> {
  try {
    const rows = await database.rows(`describe select * from ${from}`);
    const columns = rows.map((row) => String(row.column_name));
    const reason = headerFault(columns);
    if (reason !== null) throw notATable(shown, reason);
    return columns;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw notATable(shown, errorMessage(error).split("\n")[0] ?? "", error);
  }
}

function headerFault(columns: readonly string[]): string | null {
  if (columns.length > MAX_COLUMNS) return `it has more than ${MAX_COLUMNS} columns`;
  if (columns.some((column) => column.trim() === "")) return "a column has no name";
  const names = columns.map((column) => column.toLowerCase());
  const twice = columns.find((column, index) => names.indexOf(column.toLowerCase()) !== index);
  if (twice !== undefined) return `the column "${twice.slice(0, 60)}" is there twice`;
  return columns.some((column) => /[\p{Cc}\ufffd]/u.test(column))
    ? "its first line is not text in UTF-8"
    : null;
}

function notATable(shown: string, reason: string, cause?: unknown): UsageError {
  return new UsageError(`"${shown}" cannot be read as a table: ${reason}`, {
    cause,
    hint: "give CSV or TSV whose first line names the columns, JSON lines, or Parquet",
  });
}
