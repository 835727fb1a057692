import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, parseJson, sqlText, systemErrorCode } from "../../core/index.ts";
import type { TableName } from "../store/tables.ts";
import { type AggregateRow, aggregateSql, runAggregate, sqlVersion } from "./aggregate-rows.ts";
import { type AggregateName, aggregatesOf } from "./registry.ts";

const MAX_JSON_BYTES = 256 << 20;

const key = z.union([z.string(), z.boolean(), z.int(), z.null()]);
/** A whole number; those that JSON numbers cannot hold exactly are decimal text. */
const sum = z.union([z.int(), z.string().regex(/^-?[0-9]{1,40}$/)]);

const statisticsSchema = z.strictObject({
  format: z.literal("deadwax-statistics/1"),
  /** Of the segment that was read. */
  sha256: z.string(),
  aggregates: z.record(
    z.string(),
    z.strictObject({ version: z.string(), rows: z.array(z.tuple([z.array(key), z.array(sum)])) }),
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
  await database.run(
    `create or replace temp view segment as select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`,
  );
  const aggregates: z.infer<typeof statisticsSchema>["aggregates"] = {};
  for (const name of aggregatesOf(table)) {
    const rows = await runAggregate(database, name);
    aggregates[name] = {
      version: sqlVersion(await aggregateSql(name)),
      rows: rows.map(({ keys, sums }) => [[...keys], sums.map(writtenSum)]),
    };
  }
  await database.run("drop view segment");
  const document: z.infer<typeof statisticsSchema> = { format: "deadwax-statistics/1", sha256, aggregates };
  await writeFile(statisticsPath(path), `${JSON.stringify(document)}\n`);
}

/** What stands beside a segment for one aggregate; null when that is not there, or of another segment or query. */
export async function readStatistics(
  segment: { readonly path: string; readonly sha256: string },
  name: AggregateName,
): Promise<AggregateRow[] | null> {
  const bytes = await readIfThere(statisticsPath(segment.path));
  const json = bytes && parseJson(bytes, MAX_JSON_BYTES);
  const parsed = json?.ok ? statisticsSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.sha256 !== segment.sha256) return null;
  const aggregate = parsed.data.aggregates[name];
  if (!aggregate || aggregate.version !== sqlVersion(await aggregateSql(name))) return null;
  return aggregate.rows.map(([keys, sums]) => ({ keys, sums: sums.map(BigInt) }));
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
