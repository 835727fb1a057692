import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Database, sqlName, sqlText } from "../../core/database.ts";
import { errorMessage, throwIfAborted } from "../../core/errors.ts";
import type { FactWriter } from "../facts/fact-writer.ts";
import { batches } from "../lines/batches.ts";
import { InputFault } from "../lines/input-fault.ts";
import { loadBatch } from "../lines/load-batch.ts";
import { csvRecords, type Delimiter } from "../plays/csv-records.ts";
import { csvBatches } from "./csv-batches.ts";
import type { Mapping } from "./mapping.ts";
import { recordFault } from "./record-fault.ts";
import { csvRelation, type TableShape } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";

export interface CarefulIntake {
  readonly database: Database;
  readonly writer: FactWriter;
  readonly scratch: string;
  readonly mapping: Mapping;
  readonly shape: TableShape;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a table that the database refused as a whole, batch by batch, and within a batch that it refuses record by
 * record. What is bad is rejected with its line, and the rest comes out as parts with the columns of `wideQuery`.
 */
export async function readCarefully(chunks: AsyncIterable<Buffer>, intake: CarefulIntake): Promise<string[]> {
  const { reader } = intake.shape;
  const kept = untilFault(chunks, intake.writer);
  if (reader.kind === "csv") return await readCsv(kept, reader.delimiter, intake);
  return await readJsonLines(kept, intake);
}

/** What was whole goes in, and the fault is a reject. */
export async function* untilFault(chunks: AsyncIterable<Buffer>, writer: FactWriter): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    writer.reject({
      line: null,
      offsetBytes: error.offsetBytes,
      reason: `the input ends early: ${error.message}`,
      sample: null,
    });
  }
}

async function readCsv(
  chunks: AsyncIterable<Buffer>,
  delimiter: Delimiter,
  intake: CarefulIntake,
): Promise<string[]> {
  const { database, scratch, mapping, shape, signal } = intake;
  const parts: string[] = [];
  for await (const { file, firstLine } of csvBatches(chunks, {
    folder: scratch,
    hasQuotes: delimiter !== "\t",
  })) {
    throwIfAborted(signal);
    const part = join(scratch, `wide-${parts.length}.parquet`);
    const isFirst = firstLine === 1;
    const whole = csvRelation(file, delimiter, shape.columns, "stop", isFirst);
    // One that has anything to refuse is gone through as well: the records know their lines.
    if (!(await writeWide(database, wideQuery(mapping, shape.columns, whole, "null::bigint"), part, true))) {
      const clean = `${file}.clean`;
      await pipeline(Readable.from(cleanLines(file, firstLine, delimiter, intake)), createWriteStream(clean));
      const types = ["l", ...shape.columns.map((_, index) => `c${index}`)].map(
        (name) => `${name}: ${name === "l" ? "'BIGINT'" : "'VARCHAR'"}`,
      );
      const names = shape.columns.map((column, index) => `c${index} as ${sqlName(column)}`);
      const from = `(select l as deadwax_line, ${names.join(", ")} from read_json(${sqlText(clean)}, format = 'newline_delimited', columns = {${types.join(", ")}}))`;
      await writeWide(database, wideQuery(mapping, shape.columns, from, "deadwax_line"), part, false);
      await rm(clean);
    }
    await rm(file);
    parts.push(part);
  }
  return parts;
}

/** The good records of a batch as JSON lines, with the line that each begins in. */
async function* cleanLines(
  file: string,
  firstLine: number,
  delimiter: Delimiter,
  { shape, writer }: CarefulIntake,
): AsyncGenerator<string> {
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  let isHeader = firstLine === 1;
  let buffered = "";
  for await (const record of csvRecords(stream, { delimiter, hasComments: false })) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const line = firstLine + record.line - 1;
    const reason =
      record.kind === "record"
        ? recordFault(record.fields, shape.columns.length)
        : record.kind === "bad"
          ? record.reason
          : null;
    if (reason !== null || record.kind !== "record") {
      const sample = record.kind === "record" ? record.fields.join(" | ") : record.text;
      writer.reject({ line, offsetBytes: null, reason: reason ?? "no record", sample });
      continue;
    }
    const row: Record<string, unknown> = { l: line };
    for (const [index, field] of record.fields.entries()) row[`c${index}`] = field;
    buffered += `${JSON.stringify(row)}\n`;
    if (buffered.length > 1 << 18) {
      yield buffered;
      buffered = "";
    }
  }
  yield buffered;
}

async function readJsonLines(chunks: AsyncIterable<Buffer>, intake: CarefulIntake): Promise<string[]> {
  const { database, writer, scratch, mapping, shape, signal } = intake;
  const parts: string[] = [];
  const fields = shape.columns.map(
    (column) =>
      `json_extract_string(text, ${sqlText(`$."${column.replaceAll('"', '\\"')}"`)}) as ${sqlName(column)}`,
  );
  const fromText = `(select ${fields.join(", ")})`;
  const valid = "try_cast(text as json) is not null";
  const refusal = `case when not ${valid} then 'not JSON' else (select reason from (${wideQuery(mapping, shape.columns, fromText, "null")})) end`;
  for await (const batch of batches(chunks, {
    folder: scratch,
    firstIndex: 0,
    isDone: () => false,
    isJson: true,
  })) {
    throwIfAborted(signal);
    const { file } = batch;
    writer.rejectAll(batch.rejected, batch.rejects);
    if (file === null) continue;
    if (batch.lines > 0) {
      const loaded = await loadBatch(database, {
        batch: { ...batch, file },
        table: "table_line",
        fields: null,
        refusal,
      });
      writer.rejectAll(loaded.rejected, loaded.rejects);
      const part = join(scratch, `wide-${parts.length}.parquet`);
      const relation = `(select ${fields.join(", ")} from table_line)`;
      await writeWide(database, wideQuery(mapping, shape.columns, relation, "null::bigint"), part, false);
      parts.push(part);
    }
    await rm(file, { force: true });
  }
  return parts;
}

/** False when the database cannot read the text, or, where it must be clean, when a row is refused. */
export async function writeWide(
  database: Database,
  query: string,
  part: string,
  mustBeClean: boolean,
): Promise<boolean> {
  const rows = mustBeClean ? onlyClean(query) : query;
  try {
    await database.run(`copy (${rows}) to ${sqlText(part)} (format parquet, compression lz4_raw)`);
    return true;
  } catch (error) {
    if (mustBeClean && isContentError(error)) return false;
    throw error;
  }
}

/** The rows of `wideQuery`; the first that is refused ends the statement. */
export function onlyClean(query: string): string {
  return `select * from (${query}) where case when reason is null then true else error('deadwax: a row is refused') end`;
}

/** What the content of a file is to blame for, not the machine. */
export function isContentError(error: unknown): boolean {
  return (
    /CSV Error|Invalid Input|Malformed JSON|JSON|Conversion|unicode|UTF-?8|deadwax: a row is refused/i.test(
      errorMessage(error),
    ) && !/Out of Memory|IO Error/.test(errorMessage(error))
  );
}
