import { join } from "node:path";
import { Database, sqlText } from "../../core/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { tableDefinition } from "../store/tables.ts";
import { type AggregateRow, mergeRows, runAggregate } from "./aggregate-rows.ts";
import { type AggregateName, aggregateDefinition } from "./registry.ts";
import { readStatistics } from "./segment-statistics.ts";

/** An aggregate of a whole table from the statistics beside its segments; see `aggregatesFromStatistics`. */
export async function aggregateFromStatistics(
  snapshot: Snapshot,
  name: AggregateName,
): Promise<AggregateRow[] | null> {
  const results = await aggregatesFromStatistics(snapshot, [name]);
  return results?.get(name) ?? null;
}

/**
 * Aggregates of whole tables from the statistics beside their segments, each file read once; null when they have to be
 * computed from the rows: a segment has none, or later generations replace rows of earlier ones.
 */
export async function aggregatesFromStatistics<Name extends AggregateName>(
  snapshot: Snapshot,
  names: readonly Name[],
): Promise<ReadonlyMap<Name, AggregateRow[]> | null> {
  if (snapshot.replaced.length > 0) return null;
  const parts = new Map(names.map((name): [Name, AggregateRow[][]] => [name, []]));
  for (const table of new Set(names.map((name) => aggregateDefinition(name).table))) {
    const ofTable = names.filter((name) => aggregateDefinition(name).table === table);
    for (const { file, sha256 } of snapshot.tables[table].segments) {
      const found = await readStatistics({ path: join(snapshot.folder, file), sha256 }, ofTable);
      if (!found) return null;
      for (const [name, rows] of found) parts.get(name)?.push(rows);
    }
  }
  return new Map([...parts].map(([name, rows]) => [name, mergeRows(rows)]));
}

/**
 * The same from all live rows, in a database that `openSnapshot` has opened. Those that need the rows as a segment has
 * them go through the segments one by one; where later generations replace rows, all live rows are sorted for them, which
 * spills to the database's folder.
 */
export async function aggregateFromRows(
  database: Database,
  snapshot: Snapshot,
  name: AggregateName,
): Promise<AggregateRow[]> {
  const { table, bySegment } = aggregateDefinition(name);
  const { segments } = snapshot.tables[table];
  const newest = Math.max(0, ...segments.map(({ generation }) => generation));
  if (bySegment !== true) return await runOver(database, name, `select * from segment_${table}`);
  if (snapshot.replaced.length > 0 || newest > 0) {
    const sorted = `select * from segment_${table} order by ${tableDefinition(table).sortedBy}`;
    return mergeRows([await runOver(database, name, sorted)]);
  }
  return mergeRows(
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(snapshot, name, lane))),
  );
}

/** Counting runs keeps one core busy: two segments at a time, each with a database of its own. */
const LANES = 2;
const LANE_MEMORY_LIMIT = "175MB";

/** Every second segment, from this one on. */
async function runLane(snapshot: Snapshot, name: AggregateName, lane: number): Promise<AggregateRow[]> {
  const { segments } = snapshot.tables[aggregateDefinition(name).table];
  const database = await Database.open({ threads: 1, memoryLimit: LANE_MEMORY_LIMIT });
  try {
    const parts: AggregateRow[][] = [];
    for (const { file } of segments.filter((_, at) => at % LANES === lane)) {
      const path = sqlText(join(snapshot.folder, file));
      parts.push(
        await runOver(database, name, `select * from read_parquet(${path}, hive_partitioning = false)`),
      );
    }
    return mergeRows(parts);
  } finally {
    database.close();
  }
}

async function runOver(database: Database, name: AggregateName, query: string): Promise<AggregateRow[]> {
  await database.run(`create or replace temp view segment as ${query}`);
  try {
    return await runAggregate(database, name);
  } finally {
    await database.run("drop view segment");
  }
}
