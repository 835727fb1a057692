import { createReadStream } from "node:fs";
import { type Database, sqlText } from "../../core/database.ts";
import type { Reject } from "../facts/fact-writer.ts";
import { csvRecords, type Delimiter } from "../plays/csv-records.ts";
import type { Mapping } from "./mapping.ts";
import { recordFault } from "./record-fault.ts";
import { type RecordPlace, recordPlaces } from "./record-places.ts";
import { csvRelation, MAX_LINE_BYTES, REJECTS_LIMIT, REJECTS_TABLE } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";

const MAX_LISTED = 10_000;
/** After these the reader goes on with the next line, whatever the fault was; after others it may have taken more. */
const SKIPPED = ["MISSING COLUMNS", "TOO MANY COLUMNS", "INVALID ENCODING"]
  .map(sqlText)
  .join(" and error_type <> ");
const COMPARED_CHARACTERS = 50;

export interface RefusedRows {
  readonly count: number;
  /** The first of them, with their places. */
  readonly rejects: readonly Reject[];
}

interface RefusedSource {
  readonly path: string;
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
}

interface RefusedValue {
  /** Counts the rows that the reader gave, from 1. */
  readonly row: number;
  readonly reason: string;
  readonly sample: string;
}

const NO_VALUES = { count: 0, values: [] } as const;

/**
 * The rows of a CSV file that a pass with `store_rejects` left out, and those among the rows that it gave whose values are
 * refused. Null when their places cannot be told for certain: a quote in the wrong place, records that we tell apart
 * otherwise than the database.
 */
export async function refusedRows(
  database: Database,
  source: RefusedSource,
  hasRefusedValues: boolean,
): Promise<RefusedRows | null> {
  const { path, columns, delimiter } = source;
  const [known] = await database.rows(
    `select count(*) as errors, count(*) filter (error_type <> ${SKIPPED}) as others from ${REJECTS_TABLE}`,
  );
  if (Number(known?.others ?? 0) > 0 || Number(known?.errors ?? 0) >= REJECTS_LIMIT) return null;
  const skipped = (
    await database.rows(
      `select distinct line_byte_position - 1 as place from ${REJECTS_TABLE} order by place`,
    )
  ).map(({ place }) => Number(place));
  const { count, values } = hasRefusedValues ? await refusedValues(database, source) : NO_VALUES;
  const chunks = createReadStream(path, { highWaterMark: 1 << 18 });
  const places = recordPlaces(chunks, {
    delimiter,
    hasQuotes: delimiter !== "\t",
    maxBytes: 2 * MAX_LINE_BYTES,
  });
  const rejects = await located(places, skipped, values, delimiter, columns.length);
  return rejects === null ? null : { count: skipped.length + count, rejects };
}

async function refusedValues(
  database: Database,
  { path, mapping, columns, delimiter }: RefusedSource,
): Promise<{ readonly count: number; readonly values: readonly RefusedValue[] }> {
  const numbered = `(select *, row_number() over () as deadwax_row_number from ${csvRelation(path, delimiter, columns, "skip")})`;
  const wide = wideQuery(mapping, columns, numbered, "deadwax_row_number");
  await database.run(
    `create temp table deadwax_refused as select line, reason, sample from (${wide}) where reason is not null`,
  );
  const [counted] = await database.rows("select count(*) as refused from deadwax_refused");
  const rows = await database.rows(
    `select line, reason, coalesce(sample, '') as sample from deadwax_refused order by line limit ${MAX_LISTED}`,
  );
  await database.run("drop table deadwax_refused");
  const values = rows.map(({ line, reason, sample }) => ({
    row: Number(line),
    reason: String(reason),
    sample: String(sample),
  }));
  return { count: Number(counted?.refused ?? 0), values };
}

async function located(
  places: AsyncIterable<RecordPlace>,
  skipped: readonly number[],
  values: readonly RefusedValue[],
  delimiter: Delimiter,
  columns: number,
): Promise<Reject[] | null> {
  const rejects: Reject[] = [];
  const listed = Math.min(skipped.length, MAX_LISTED);
  let nextSkipped = 0;
  let nextValue = 0;
  let row = 0;
  let isHeader = true;
  for await (const { offsetBytes, line, bytes } of places) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    // Where lines end with CR LF, the database counts the LF to the next.
    const isSkipped = (skipped[nextSkipped] ?? Number.POSITIVE_INFINITY) <= offsetBytes;
    const value = values[nextValue];
    if (isSkipped) {
      const fault = await faultOf(bytes, delimiter, columns);
      if (fault === null) return null;
      rejects.push({ line, offsetBytes, ...fault });
      nextSkipped += 1;
    } else {
      row += 1;
      if (row === value?.row) {
        const sample = await textOf(bytes, delimiter, value.sample);
        if (sample === null) return null;
        rejects.push({ line, offsetBytes, reason: value.reason, sample });
        nextValue += 1;
      }
    }
    if (rejects.length >= MAX_LISTED || (nextSkipped >= listed && nextValue >= values.length)) return rejects;
  }
  return null;
}

async function faultOf(
  bytes: Buffer,
  delimiter: Delimiter,
  columns: number,
): Promise<{ readonly reason: string; readonly sample: string } | null> {
  for await (const record of csvRecords(once(bytes), { delimiter, hasComments: false })) {
    if (record.kind !== "record") return null;
    const reason = recordFault(record.fields, columns);
    return reason === null ? null : { reason, sample: record.fields.join(" | ") };
  }
  return null;
}

/** The fields of the record; null when it is not the one whose beginning the database gave, without its empty fields. */
async function textOf(bytes: Buffer, delimiter: Delimiter, known: string): Promise<string | null> {
  for await (const record of csvRecords(once(bytes), { delimiter, hasComments: false })) {
    if (record.kind !== "record") return null;
    const text = record.fields.filter((field) => field !== "").join(" | ");
    const isSame = text.slice(0, COMPARED_CHARACTERS) === known.slice(0, COMPARED_CHARACTERS);
    return isSame ? record.fields.join(" | ") : null;
  }
  return null;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
