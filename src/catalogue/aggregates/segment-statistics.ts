import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, parseJson, readIfThere, sqlText } from "../../core/index.ts";
import type { TableName } from "../store/tables.ts";
import {
  type AggregateKey,
  type AggregateRow,
  aggregateVersion,
  mergeRows,
  runAggregate,
} from "./aggregate-rows.ts";
import { type AggregateName, aggregateDefinition, aggregatesOf } from "./registry.ts";
import type { Whole } from "./row-sums.ts";
import { runTally, tallyFiles, tallyOf } from "./tally.ts";

const MAX_JSON_BYTES = 256 << 20;

const STATISTICS_FORMAT = "deadwax-statistics/2";

const statisticsSchema = z.strictObject({
  format: z.literal(STATISTICS_FORMAT),
  /** Of the segment that was read. */
  sha256: z.string(),
  aggregates: z.record(
    z.string(),
    z.strictObject({ version: z.string(), keys: z.array(z.unknown()), sums: z.array(z.unknown()) }),
  ),
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
  const aggregates: Record<string, { version: string; keys: unknown[][]; sums: unknown[][] }> = {};
  const tallied = new Map<AggregateName, readonly AggregateRow[]>();
  for (const name of aggregatesOf(table)) {
    const tally = tallyOf(name);
    if (tally && !tallied.has(name)) {
      const counted = (await tallyFiles([path], tally)) ?? (await runTally(database, tally, source));
      for (const [of, rows] of counted) tallied.set(of, mergeRows([rows]));
    }
    const rows = tallied.get(name) ?? (await runAggregate(database, name, source));
    const definition = aggregateDefinition(name);
    aggregates[name] = {
      version: await aggregateVersion(name),
      keys: definition.keys.map((_, at) => rows.map(({ keys }) => keys[at] ?? null)),
      sums: definition.sums.map((_, at) => rows.map(({ sums }) => writtenSum(sums[at] ?? 0n))),
    };
  }
  const document = { format: STATISTICS_FORMAT, sha256, aggregates };
  await writeFile(statisticsPath(path), `${JSON.stringify(document)}\n`);
}

/** Groups of one aggregate, column by column; all columns have the same length. */
export interface AggregateColumns {
  readonly keys: readonly (readonly AggregateKey[])[];
  readonly sums: readonly (readonly Whole[])[];
}

/** What stands beside a segment for these aggregates; null when one is not there, or of another segment or query. */
export async function readStatistics<Name extends AggregateName>(
  segment: { readonly path: string; readonly sha256: string },
  names: readonly Name[],
): Promise<ReadonlyMap<Name, AggregateColumns> | null> {
  const bytes = await readIfThere(statisticsPath(segment.path));
  const json = bytes && parseJson(bytes, MAX_JSON_BYTES);
  const parsed = json?.ok ? statisticsSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.sha256 !== segment.sha256) return null;
  const found = new Map<Name, AggregateColumns>();
  for (const name of names) {
    const aggregate = parsed.data.aggregates[name];
    if (!aggregate || aggregate.version !== (await aggregateVersion(name))) return null;
    const columns = readColumns(name, aggregate.keys, aggregate.sums);
    if (!columns) return null;
    found.set(name, columns);
  }
  return found;
}

/** There are millions of values in the statistics of a large catalogue: checked by hand, which is ten times as fast. */
function readColumns(
  name: AggregateName,
  keys: readonly unknown[],
  sums: readonly unknown[],
): AggregateColumns | null {
  const definition = aggregateDefinition(name);
  const length = Array.isArray(sums[0]) ? sums[0].length : -1;
  const isColumn = (column: unknown): column is unknown[] =>
    Array.isArray(column) && column.length === length;
  if (keys.length !== definition.keys.length || sums.length !== definition.sums.length) return null;
  const keyColumns: AggregateKey[][] = [];
  for (const column of keys) {
    if (!isColumn(column) || !column.every(isKey)) return null;
    keyColumns.push(column);
  }
  const sumColumns: Whole[][] = [];
  for (const column of sums) {
    if (!isColumn(column) || !column.every(isWrittenSum)) return null;
    sumColumns.push(column.every(isNumber) ? column : column.map(readSum));
  }
  return { keys: keyColumns, sums: sumColumns };
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

function isNumber(value: number | string): value is number {
  return typeof value === "number";
}

function readSum(value: number | string): Whole {
  return typeof value === "number" ? value : BigInt(value);
}

function writtenSum(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
