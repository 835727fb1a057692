import { join } from "node:path";
import { Database, sqlText } from "../../core/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { type TableName, tableDefinition } from "../store/tables.ts";
import { type AggregateRow, mergeRows, runAggregate, sortRows } from "./aggregate-rows.ts";
import { type AggregateName, aggregateDefinition } from "./registry.ts";
import { RowSums } from "./row-sums.ts";
import { readStatistics } from "./segment-statistics.ts";
import { runTally, type Tallied, type TallyDefinition, tallyOf } from "./tally.ts";
import { tallyBeside } from "./tally-beside.ts";

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
  const merged = new Map(names.map((name) => [name, new RowSums()]));
  for (const table of new Set(names.map((name) => aggregateDefinition(name).table))) {
    const ofTable = names.filter((name) => aggregateDefinition(name).table === table);
    const { segments } = snapshot.tables[table];
    for (let from = 0; from < segments.length; from += FILES_AT_ONCE) {
      const read = segments
        .slice(from, from + FILES_AT_ONCE)
        .map(({ file, sha256 }) => readStatistics({ path: join(snapshot.folder, file), sha256 }, ofTable));
      for (const found of await Promise.all(read)) {
        if (!found) return null;
        for (const [name, { keys, sums }] of found) {
          const length = sums[0]?.length ?? 0;
          for (let at = 0; at < length; at += 1) merged.get(name)?.addColumns(keys, sums, at);
        }
      }
    }
  }
  return new Map([...merged].map(([name, sums]) => [name, sortRows(sums.rows())]));
}

const FILES_AT_ONCE = 16;

/**
 * The same from all live rows, in a database that `openSnapshot` has opened; the aggregates of a tally come together. Those
 * that need the rows as a segment has them go through the segments one by one; where later generations replace rows, all
 * live rows are sorted for them, which spills to the database's folder.
 */
export async function aggregatesFromRows(
  database: Database,
  snapshot: Snapshot,
  name: AggregateName,
  signal?: AbortSignal,
): Promise<ReadonlyMap<AggregateName, readonly AggregateRow[]>> {
  const { table, bySegment } = aggregateDefinition(name);
  const tally = tallyOf(name);
  const sources = sourcesOf(snapshot, table, bySegment === true, tally !== null);
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const ofLane = sources.filter((__, at) => at % LANES === lane);
    if (tally) return await tallied(database, name, tally, ofLane, signal);
    const ask = async (of: Database): Promise<Tallied[]> => {
      const results: Tallied[] = [];
      for (const { query } of ofLane) results.push(new Map([[name, await runAggregate(of, name, query)]]));
      return results;
    };
    if (sources.length === 1) return await ask(database);
    const own = await Database.open({ threads: 1, memoryLimit: LANE_MEMORY_LIMIT });
    try {
      return await ask(own);
    } finally {
      own.close();
    }
  });
  const parts = (await Promise.all(lanes)).flat();
  const names = tally?.names ?? [name];
  return new Map(names.map((one) => [one, mergeRows(parts.map((part) => part.get(one) ?? []))]));
}

/** A tally, or SQL over a segment, keeps one core busy: two at a time, SQL with a database of its own. */
const LANES = 2;
const LANE_MEMORY_LIMIT = "175MB";

/** From the files where that goes, else from the rows that the database gives. */
async function tallied(
  database: Database,
  name: AggregateName,
  tally: TallyDefinition,
  sources: readonly Source[],
  signal?: AbortSignal,
): Promise<readonly Tallied[]> {
  const paths = sources.flatMap(({ path }) => path ?? []);
  const counted = paths.length === sources.length ? await tallyBeside(name, paths, signal) : null;
  if (counted) return [counted];
  const results: Tallied[] = [];
  for (const { query } of sources) results.push(await runTally(database, tally, query));
  return results;
}

/** Rows that are counted by themselves. */
interface Source {
  readonly query: string;
  /** The file, where it is all the rows of one. */
  readonly path: string | null;
}

function sourcesOf(
  snapshot: Snapshot,
  table: TableName,
  bySegment: boolean,
  isTallied: boolean,
): readonly Source[] {
  const { segments } = snapshot.tables[table];
  const isFirstGeneration =
    snapshot.replaced.length === 0 && segments.every(({ generation }) => generation === 0);
  if (bySegment && !isFirstGeneration) {
    return [
      { query: `select * from segment_${table} order by ${tableDefinition(table).sortedBy}`, path: null },
    ];
  }
  if (segments.length === 0 || (!bySegment && !(isTallied && isFirstGeneration))) {
    return [{ query: `select * from segment_${table}`, path: null }];
  }
  return segments.map(({ file }) => {
    const path = join(snapshot.folder, file);
    return { query: `select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`, path };
  });
}
