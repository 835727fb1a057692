import { parseJson } from "../../core/canonical-json.ts";
import { type Database, sqlName, sqlText } from "../../core/database.ts";
import { errorMessage, UsageError } from "../../core/errors.ts";
import { csvRecords, type Delimiter } from "../plays/csv-records.ts";
import type { TableReader } from "./mapping.ts";

export const MAX_LINE_BYTES = 2_097_152;
/** Of the database's reader, which takes 16 lines of the greatest length unless told: these stay in the processor's cache. */
const BUFFER_BYTES = 2 * MAX_LINE_BYTES;
const MAX_COLUMNS = 256;

/** What a pass that skips refused rows writes down of them, up to a number. */
export const REJECTS_TABLE = "deadwax_rejects";
export const REJECTS_LIMIT = 100_000;
const REJECTS_OPTIONS = `store_rejects = true, rejects_table = '${REJECTS_TABLE}', rejects_scan = 'deadwax_scans', rejects_limit = ${REJECTS_LIMIT}`;

/** What is done where a record is not as the header says. */
export type OnFault = "stop" | "skip" | "store";

/** What a file looks like: how to read it, and its columns. */
export interface TableShape {
  readonly reader: TableReader;
  readonly columns: readonly string[];
}

/** By the first bytes of the (unpacked) content. Throws `UsageError` when they are no table. */
export async function shapeOf(
  database: Database,
  path: string,
  head: Buffer,
  shown: string,
): Promise<TableShape> {
  const text = head
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (head.subarray(0, 4).toString("latin1") === "PAR1") {
    const from = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
    return { reader: { kind: "parquet" }, columns: await describe(database, from, shown) };
  }
  if (text.startsWith("{")) return { reader: { kind: "jsonl" }, columns: jsonColumns(text, shown) };
  async function* once(): AsyncGenerator<Buffer> {
    yield head;
  }
  const firstLine = text.slice(0, text.search(/\n|$/));
  const delimiter: Delimiter = firstLine.includes("\t")
    ? "\t"
    : firstLine.includes(";") && !firstLine.includes(",")
      ? ";"
      : ",";
  for await (const record of csvRecords(once(), { delimiter, hasComments: false })) {
    if (record.kind !== "record") break;
    const columns = record.fields.map((field, index) => (index === 0 ? field.replace(/^\ufeff/, "") : field));
    const reason = headerFault(columns);
    if (reason !== null) throw notATable(shown, reason);
    return { reader: { kind: "csv", delimiter }, columns };
  }
  throw notATable(shown, "its first line names no columns");
}

/** All columns as text, as they are named; a relation for `from`. */
export function textRelation(
  { reader, columns }: TableShape,
  path: string,
  onFault: OnFault = "stop",
): string {
  switch (reader.kind) {
    case "csv":
      return csvRelation(path, reader.delimiter, columns, onFault);
    case "jsonl": {
      const types = columns.map((column) => `${sqlName(column)}: 'VARCHAR'`).join(", ");
      return `read_json(${sqlText(path)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = 16777216)`;
    }
    case "parquet": {
      const texts = columns.map(
        (column) =>
          `case when typeof(${sqlName(column)}) like '%[]' or typeof(${sqlName(column)}) like 'STRUCT%' then to_json(${sqlName(column)})::varchar else ${sqlName(column)}::varchar end as ${sqlName(column)}`,
      );
      return `(select ${texts.join(", ")} from read_parquet(${sqlText(path)}, hive_partitioning = false))`;
    }
  }
}

/** Given columns, nothing guessed. In TSV a quote is no quote. */
export function csvRelation(
  path: string,
  delimiter: Delimiter,
  columns: readonly string[],
  onFault: OnFault,
  hasHeader = true,
): string {
  const types = columns.map((column) => `${sqlName(column)}: 'VARCHAR'`).join(", ");
  const quote = delimiter === "\t" ? "quote = '', escape = ''" : `quote = '"', escape = '"'`;
  const delim = delimiter === "\t" ? "'\\t'" : sqlText(delimiter);
  const errors = onFault === "store" ? `, ${REJECTS_OPTIONS}` : "";
  return `read_csv(${sqlText(path)}, columns = {${types}}, auto_detect = false, header = ${hasHeader}, delim = ${delim}, ${quote}, strict_mode = true, null_padding = false, ignore_errors = ${onFault !== "stop"}, max_line_size = ${MAX_LINE_BYTES}, buffer_size = ${BUFFER_BYTES}, nullstr = ''${errors})`;
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

async function describe(database: Database, from: string, shown: string): Promise<string[]> {
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
