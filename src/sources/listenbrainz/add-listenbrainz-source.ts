import { join } from "node:path";
import { z } from "zod";
import { sqlName, sqlText } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import type { DocumentFormat } from "../documents/document-format.ts";
import { readDocuments } from "../documents/read-documents.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type FieldMapping,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import type { RecordInput } from "../facts/record-input.ts";

export interface AddListenBrainzSourceOptions extends AddRecordSourceOptions {
  /** The day (`YYYY-MM-DD`) that the counts run to, where the files do not say it. */
  readonly until?: string | undefined;
}

/** Texts all: what they say is judged row by row, with a reason. */
const FIELDS = {
  recording_mbid: "VARCHAR",
  artist_mbid: "VARCHAR",
  total_listen_count: "VARCHAR",
  listen_count: "VARCHAR",
  until: "VARCHAR",
  to_ts: "VARCHAR",
  last_updated: "VARCHAR",
} as const;

const COUNT = "coalesce(total_listen_count, listen_count)";
const REFUSAL = `case
  when recording_mbid is null and artist_mbid is not null then 'a count of an artist, not of a recording'
  when length(recording_mbid) is distinct from 36 or try_cast(recording_mbid as uuid) is null then 'no recording MBID'
  when ${COUNT} is null then 'no count of listens: another kind of file, or another version'
  when not regexp_full_match(${COUNT}, '[0-9]{1,15}') then 'no number of listens'
  end`;

const MAPPING: readonly FieldMapping[] = [
  { from: "recording_mbid", to: "plays.match_value (match_kind mbid-recording)" },
  { from: "total_listen_count, else listen_count", to: "plays.plays" },
  { from: "until, else to_ts, else last_updated, else --until", to: "plays.until" },
];

const PARQUET_MAGIC = "PAR1";

/** Takes counts of listens by recording in, from lines of JSON or Parquet. */
export async function addListenBrainzSource(
  options: AddListenBrainzSourceOptions,
): Promise<RecordSourceSummary> {
  const query = completeQuery("plays", playsSql(options.until));
  return await addRecordSource(options, {
    kind: "listenbrainz",
    defaultLabel: "main",
    licence: "CC0-1.0",
    mapping: MAPPING,
    readsSample: true,
    version: query + REFUSAL,
    async read(intake) {
      const texts: RecordInput[] = [];
      for (const input of intake.inputs) {
        const magic = await input.head(PARQUET_MAGIC.length);
        if (magic.toString("latin1") === PARQUET_MAGIC) await readParquet(intake, input, query);
        else texts.push(input);
      }
      const format: DocumentFormat = {
        name: "listens",
        fields: FIELDS,
        refusal: REFUSAL,
        queries: { plays: query },
      };
      const parts = await readDocuments({ ...intake, inputs: texts }, () => format);
      for (const { path } of parts.get("plays") ?? []) intake.writer.addPart("plays", path);
    },
  });
}

function playsSql(until: string | undefined): string {
  if (until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(until)) {
    throw new UsageError(`"${until}" is no day`, { hint: "give it as --until 2026-11-30" });
  }
  const day = (seconds: string): string =>
    `strftime(try(make_timestamp(try_cast(${seconds} as bigint) * 1000000)), '%Y-%m-%d')`;
  return `
    select
      'mbid-recording' as match_kind,
      lower(recording_mbid) as match_value,
      try_cast(${COUNT} as bigint) as plays,
      coalesce(
        case when regexp_full_match(until, '[0-9]{4}-[0-9]{2}-[0-9]{2}.*') then left(until, 10) end,
        ${day("to_ts")},
        ${day("last_updated")},
        ${until === undefined ? "null" : sqlText(until)}
      ) as until
    from document`;
}

const columnSchema = z.object({ column_name: z.string() });
const numbersSchema = z.object({ rows: z.bigint(), reason: z.string() });

/** Columns that are not there are null, and the rows are then refused for it. */
async function readParquet(intake: RecordIntake, input: RecordInput, query: string): Promise<void> {
  const { writer, scratch, isDryRun, inputs } = intake;
  const database = await intake.database.open();
  const from = `read_parquet(${sqlText(input.path)}, hive_partitioning = false)`;
  let columns: Set<string>;
  try {
    const rows = await database.rows(`describe select * from ${from}`);
    columns = new Set(rows.map((row) => columnSchema.parse(row).column_name));
  } catch (cause) {
    throw new UsageError(`"${input.path}" cannot be read as Parquet`, { cause });
  }
  const fields = Object.keys(FIELDS).map((name) =>
    columns.has(name) ? `${sqlName(name)}::varchar as ${name}` : `null::varchar as ${name}`,
  );
  const some = isDryRun ? " limit 1000" : "";
  await database.run(
    `create or replace temp view document_all as
     select *, ${REFUSAL} as reason from (select ${fields.join(", ")} from ${from}${some})`,
  );
  await database.run(
    "create or replace temp view document as select * exclude (reason) from document_all where reason is null",
  );
  const path = join(scratch, `listens-${inputs.indexOf(input)}.parquet`);
  await database.run(`copy (${query}) to ${sqlText(path)} (format parquet, compression lz4_raw)`);
  writer.addPart("plays", path);
  const refused = await database.rows(
    "select reason, count(*) as rows from document_all where reason is not null group by reason order by reason",
  );
  const prefix = inputs.length > 1 ? `${input.name}: ` : "";
  for (const row of refused) {
    const { rows, reason } = numbersSchema.parse(row);
    writer.rejectAll(Number(rows), [
      { line: null, offsetBytes: null, reason: `${prefix}${rows} rows: ${reason}`, sample: null },
    ]);
  }
  await database.run("drop view document; drop view document_all");
}
