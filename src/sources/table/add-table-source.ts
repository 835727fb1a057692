import { createReadStream, createWriteStream } from "node:fs";
import { stat, symlink, truncate } from "node:fs/promises";
import { join, parse } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sqlTextList } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import { safeLabel } from "../accession/label.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { plainBytes } from "../facts/plain-bytes.ts";
import type { RecordInput } from "../facts/record-input.ts";
import { sniffCompression } from "../lines/compression.ts";
import { type Mapping, readMapping } from "./mapping.ts";
import { planCutRow } from "./plan-stretches.ts";
import { isContentError, onlyClean, readCarefully, untilFault, writeWide } from "./read-carefully.ts";
import { readCsvAtOnce } from "./read-csv-at-once.ts";
import { hasReleases } from "./release-query.ts";
import { shapeOf, type TableShape, textRelation } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";
import { handOver, writeTables } from "./write-tables.ts";

const HEAD_BYTES = 1 << 20;
const DRY_RUN_ROWS = 1000;
const NEWLINE = 0x0a;
const MAX_LISTED_REJECTS = 10_000;

export interface AddTableSourceOptions extends Omit<AddRecordSourceOptions, "files"> {
  readonly file: string;
  /** A mapping file: docs/formats/mapping.md. */
  readonly mapping: string;
}

/**
 * Takes a table in: CSV, TSV, JSON lines or Parquet, packed or not, by a mapping. Rows that cannot be used are counted
 * and sampled with their line, and the rest goes in. Throws `UsageError` when the mapping is not valid, or names columns
 * that the file does not have.
 */
export async function addTableSource(options: AddTableSourceOptions): Promise<RecordSourceSummary> {
  const mapping = await readMapping(options.mapping);
  return await addRecordSource(
    { ...options, files: [options.file] },
    {
      kind: "table",
      defaultLabel: safeLabel(
        parse(options.file).name.replace(/\.(csv|tsv|jsonl|ndjson|json|parquet|tar)$/i, ""),
      ),
      licence: mapping.licence,
      mapping: Object.entries(mapping.columns).flatMap(([from, { field }]) =>
        field === null ? [] : [{ from, to: field }],
      ),
      read: async (intake) => {
        const [input] = intake.inputs;
        if (input !== undefined) await readTable(intake, input, mapping);
      },
    },
  );
}

async function readTable(intake: RecordIntake, input: RecordInput, mapping: Mapping): Promise<void> {
  const { database, writer, scratch, progress, signal, isDryRun } = intake;
  const { path, head, isPacked } = await plainFile(intake, input);
  const shape = withMapped(mapping, await shapeOf(database, path, head, input.name));
  checkColumns(mapping, shape, input.name);
  const relation = textRelation(shape, path);
  const limited = isDryRun ? `(select * from ${relation} limit ${DRY_RUN_ROWS})` : relation;
  const query = wideQuery(mapping, shape.columns, limited, "null::bigint");
  const { reader, columns } = shape;
  const atOnce =
    reader.kind === "csv" && !isDryRun
      ? readCsvAtOnce(intake, {
          path,
          mapping,
          columns,
          delimiter: reader.delimiter,
          cutRow: planCutRow(head, (await stat(path)).size, hasReleases(mapping)),
          bytes: isPacked ? fileBytes(path) : input.bytes(progress),
        })
      : takeTables(intake, mapping, onlyClean(query), query);
  const isContent = (error: unknown): false => {
    if (isContentError(error)) return false;
    throw error;
  };
  if (await atOnce.catch(isContent)) return;
  const parts: string[] = [];
  if (reader.kind === "parquet") {
    const wide = join(scratch, "wide.parquet");
    await writeWide(database, query, wide, false).catch((error: unknown) => {
      isContent(error);
      throw new UsageError(`"${input.name}" is damaged: it cannot be read to its end`, { cause: error });
    });
    parts.push(wide);
  } else {
    const careful = { database, writer, scratch, mapping, shape, signal };
    parts.push(...(await readCarefully(fileBytes(path), careful)));
  }
  if (parts.length === 0) return;
  await rejectRows(intake, parts);
  const accepted = `from read_parquet(${sqlTextList(parts)}) where reason is null`;
  await takeTables(intake, mapping, accepted, accepted);
}

/** The file under a name that the database takes for nothing else than a name; unpacked when it is packed. */
async function plainFile(
  { scratch, progress, writer }: RecordIntake,
  input: RecordInput,
): Promise<{ readonly path: string; readonly head: Buffer; readonly isPacked: boolean }> {
  const path = join(scratch, "input");
  const packed = await input.head(HEAD_BYTES);
  if (sniffCompression(packed) === "none") {
    await symlink(input.path, path);
    return { path, head: packed, isPacked: false };
  }
  const rejected = writer.rejected;
  await pipeline(
    Readable.from(untilFault(plainBytes(input.bytes(progress)), writer)),
    createWriteStream(path),
  );
  // The last line of a cut file is half a line.
  if (writer.rejected > rejected) await cutToLine(path);
  return { path, head: await headOf(path), isPacked: true };
}

async function cutToLine(path: string): Promise<void> {
  const { size } = await stat(path);
  let end = 0;
  let offset = 0;
  for await (const chunk of fileBytes(path)) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= 0) end = offset + last + 1;
    offset += chunk.length;
  }
  if (end < size) await truncate(path, end);
}

async function headOf(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of fileBytes(path)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}

async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 18 });
  yield* chunks;
}

/** Objects leave out what they do not have: a name may first come up later in the file. */
function withMapped(mapping: Mapping, shape: TableShape): TableShape {
  const mapped = Object.keys(mapping.columns);
  if (shape.reader.kind !== "jsonl" || !mapped.some((name) => shape.columns.includes(name))) return shape;
  return { ...shape, columns: [...new Set([...shape.columns, ...mapped])] };
}

function checkColumns(mapping: Mapping, shape: TableShape, shown: string): void {
  const hint = "make a mapping of this file: deadwax source map FILE -o MAPPING";
  if (mapping.reader.kind !== shape.reader.kind) {
    throw new UsageError(`"${shown}" is ${shape.reader.kind}, the mapping is for ${mapping.reader.kind}`, {
      hint,
    });
  }
  const missing = Object.entries(mapping.columns).find(
    ([name, { field }]) => field !== null && !shape.columns.includes(name),
  );
  if (missing !== undefined) {
    throw new UsageError(`"${shown}" has no column "${missing[0]}", which the mapping needs`, { hint });
  }
}

async function rejectRows({ database, writer }: RecordIntake, parts: readonly string[]): Promise<void> {
  const from = `read_parquet(${sqlTextList(parts)}, file_row_number = true)`;
  const [counted] = await database.rows(`select count(*) as refused from ${from} where reason is not null`);
  const rows = await database.rows(
    `select coalesce(line, file_row_number + 1) as line, reason, sample from ${from} where reason is not null limit ${MAX_LISTED_REJECTS}`,
  );
  const rejects = rows.map((row) => ({
    line: Number(row.line),
    offsetBytes: null,
    reason: String(row.reason),
    sample: row.sample === null ? null : String(row.sample),
  }));
  writer.rejectAll(Number(counted?.refused ?? 0), rejects);
}

async function takeTables(
  intake: RecordIntake,
  mapping: Mapping,
  trackRows: string,
  releaseRows: string,
): Promise<true> {
  await writeTables(intake, mapping, { tracks: [trackRows], releases: releaseRows });
  handOver(intake, mapping);
  return true;
}
