import { join } from "node:path";
import type { Database } from "../../core/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { type AggregateRow, mergeRows, runAggregate } from "./aggregate-rows.ts";
import { type AggregateName, aggregateDefinition } from "./registry.ts";
import { readStatistics } from "./segment-statistics.ts";

/**
 * An aggregate of a whole table from the statistics beside its segments; null when it has to be computed from the rows:
 * a segment has none, or later generations replace rows of earlier ones.
 */
export async function aggregateFromStatistics(
  snapshot: Snapshot,
  name: AggregateName,
): Promise<AggregateRow[] | null> {
  if (snapshot.replaced.length > 0) return null;
  const parts: AggregateRow[][] = [];
  for (const { file, sha256 } of snapshot.tables[aggregateDefinition(name).table].segments) {
    const rows = await readStatistics({ path: join(snapshot.folder, file), sha256 }, name);
    if (!rows) return null;
    parts.push(rows);
  }
  return mergeRows(parts);
}

/** The same from all live rows, in a database that `openSnapshot` has opened. */
export async function aggregateFromRows(database: Database, name: AggregateName): Promise<AggregateRow[]> {
  const { table } = aggregateDefinition(name);
  await database.run(`create or replace temp view segment as select * from segment_${table}`);
  try {
    return await runAggregate(database, name);
  } finally {
    await database.run("drop view segment");
  }
}
