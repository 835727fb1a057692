import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, parseJson, sqlText, systemErrorCode } from "../../core/index.ts";
import type { TableName } from "../store/tables.ts";
import {
  type AggregateKey,
  type AggregateRow,
  aggregateVersion,
  mergeRows,
  runAggregate,
} from "./aggregate-rows.ts";
import { type AggregateName, aggregatesOf } from "./registry.ts";
import { runTally, tallyOf } from "./tally.ts";

const MAX_JSON_BYTES = 256 << 20;

const statisticsSchema = z.strictObject({
  format: z.literal("deadwax-statistics/1"),
  /** Of the segment that was read. */
  sha256: z.string(),
  aggregates: z.record(z.string(), z.strictObject({ version: z.string(), rows: z.array(z.unknown()) })),
});

/** Where the statistics of a segment stand: beside it. */
export function statisticsPath(segmentPath: string): string {
  return `${segmentPath}.stats.json`;
}

/** Runs all aggregates of the table over a segment and writes the results beside it; not synced. */
export async function writeStatistics(
  database: Database,
  { table, path, sha256 }: { readonly table: TableName; readonly path: string; readonly sha256: string },
): Promise<void> {
  const source = `select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  const aggregates: Record<string, { version: string; rows: unknown[] }> = {};
  const tallied = new Map<AggregateName, readonly AggregateRow[]>();
  for (const name of aggregatesOf(table)) {
    const tally = tallyOf(name);
    if (tally && !tallied.has(name)) {
      for (const [of, rows] of await runTally(database, tally, source)) tallied.set(of, mergeRows([rows]));
    }
    const rows = tallied.get(name) ?? (await runAggregate(database, name, source));
    aggregates[name] = {
      version: await aggregateVersion(name),
      rows: rows.map(({ keys, sums }) => [[...keys], sums.map(writtenSum)]),
    };
  }
  const document = { format: "deadwax-statistics/1", sha256, aggregates };
  await writeFile(statisticsPath(path), `${JSON.stringify(document)}\n`);
}

/** What stands beside a segment for these aggregates; null when one is not there, or of another segment or query. */
export async function readStatistics<Name extends AggregateName>(
  segment: { readonly path: string; readonly sha256: string },
  names: readonly Name[],
): Promise<ReadonlyMap<Name, AggregateRow[]> | null> {
  const bytes = await readIfThere(statisticsPath(segment.path));
  const json = bytes && parseJson(bytes, MAX_JSON_BYTES);
  const parsed = json?.ok ? statisticsSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.sha256 !== segment.sha256) return null;
  const found = new Map<Name, AggregateRow[]>();
  for (const name of names) {
    const aggregate = parsed.data.aggregates[name];
    if (!aggregate || aggregate.version !== (await aggregateVersion(name))) return null;
    const rows = aggregate.rows.map(readRow);
    if (!rows.every((row) => row !== null)) return null;
    found.set(name, rows);
  }
  return found;
}

/** There are millions of rows in the statistics of a large catalogue: checked by hand, which is ten times as fast. */
function readRow(row: unknown): AggregateRow | null {
  if (!Array.isArray(row) || row.length !== 2) return null;
  const [keys, sums]: readonly unknown[] = row;
  if (!Array.isArray(keys) || !keys.every(isKey) || !Array.isArray(sums) || !sums.every(isWrittenSum))
    return null;
  return { keys, sums: sums.map(BigInt) };
}

function isKey(value: unknown): value is AggregateKey {
  return (
    value === null || typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value)
  );
}

/** A whole number; those that JSON numbers cannot hold exactly are decimal text. */
function isWrittenSum(value: unknown): value is number | string {
  return typeof value === "string" ? /^-?[0-9]{1,40}$/.test(value) : Number.isSafeInteger(value);
}

function writtenSum(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
