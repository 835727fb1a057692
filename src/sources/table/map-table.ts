import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Database } from "../../core/database.ts";
import { explainSystemError, UsageError } from "../../core/errors.ts";
import { zstdPacker } from "../../core/zstd.ts";
import { ACCESSION_ZSTD_LEVEL } from "../accession/accession-format.ts";
import type { BatchTurner } from "../documents/serve-batches.ts";
import { openRecordInput, type RecordInput } from "../facts/record-input.ts";
import { FirstRows } from "./first-rows.ts";
import { type Guess, guessMapping, mappingOf } from "./guess-mapping.ts";
import { linesOf, type TableSample, unpackedHead } from "./head.ts";
import type { Mapping } from "./mapping.ts";
import { isParquet, textShapeOf, writeParquetAsLines } from "./table-file.ts";
import { tableTurner, textTurner } from "./table-turner.ts";

const LOOKED_AT_ROWS = 1000;
const SHOWN_ROWS = 10;
const MAGIC_BYTES = 4;

export interface MappedTable {
  readonly file: string;
  readonly reader: Mapping["reader"]["kind"];
  readonly rowsLookedAt: number;
  readonly guesses: readonly Guess[];
  /** The first tracks as the mapping has them. */
  readonly sample: readonly Record<string, unknown>[];
  readonly mapping: Mapping;
}

/** Guesses a mapping from the first rows of a table. Throws `UsageError` when the file is no table. */
export async function mapTable(file: string): Promise<MappedTable> {
  const input = openRecordInput(file);
  const folder = await mkdtemp(join(tmpdir(), "deadwax-map-"));
  const database = await Database.open();
  try {
    const isOfParquet = isParquet(await input.head(MAGIC_BYTES));
    const table = isOfParquet ? await parquetSample(database, input, folder) : await textSample(input);
    const { shape, lines } = table;
    const first = new FirstRows(shape.columns, LOOKED_AT_ROWS);
    textTurner(shape, first).turn(...lines.memory());
    const guesses = guessMapping(shape.columns, first.rows);
    const reader = isOfParquet ? ({ kind: "parquet" } as const) : shape.reader;
    const mapping = mappingOf(reader, guesses, basename(input.name));
    const turner = tableTurner({ shape, mapping }, "", zstdPacker(ACCESSION_ZSTD_LEVEL));
    turner.turn(...lines.memory());
    const path = join(folder, "tracks.parquet");
    await writeFile(path, trackFile(turner));
    const sample = await database.rows(
      `select * exclude (track_id, status) from read_parquet($path) limit ${SHOWN_ROWS}`,
      { path },
    );
    return {
      file: input.path,
      reader: reader.kind,
      rowsLookedAt: first.rows.length,
      guesses,
      sample,
      mapping,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw explainSystemError(error, `reading "${file}"`);
  } finally {
    database.close();
    input.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function trackFile({ files }: BatchTurner): Uint8Array {
  const { tracks } = files;
  if (tracks === undefined) throw new RangeError("a table has tracks");
  return tracks.end();
}

async function textSample(input: RecordInput): Promise<TableSample> {
  const head = await unpackedHead(input);
  const shape = textShapeOf(head, input.name);
  return { shape, lines: linesOf(head, shape) };
}

async function parquetSample(database: Database, input: RecordInput, folder: string): Promise<TableSample> {
  const path = join(folder, "rows.jsonl");
  const columns = await writeParquetAsLines(database, input.path, path, input.name, LOOKED_AT_ROWS);
  const written = openRecordInput(path);
  try {
    const shape = { reader: { kind: "jsonl" }, columns } as const;
    return { shape, lines: linesOf(await unpackedHead(written), shape) };
  } finally {
    written.close();
  }
}
