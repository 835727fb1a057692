import { join } from "node:path";
import {
  AGGREGATE_NAMES,
  AGGREGATES,
  type AggregateName,
  type AggregateRow,
  aggregatesFromRows,
  aggregatesFromStatistics,
  isTallied,
  openSnapshot,
  type Snapshot,
} from "../catalogue/index.ts";
import { FailedError, type Reporter, throwIfAborted } from "../core/index.ts";

/** Where figures come from: all live rows, the statistics beside the segments, or these where they will do. */
export const FIGURE_ORIGINS = ["auto", "rows", "statistics"] as const;
export type FigureOrigin = (typeof FIGURE_ORIGINS)[number];

export interface CollectOptions {
  readonly from: FigureOrigin;
  /** Where sorting spills to, when later generations replace rows. */
  readonly spillFolder: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

export interface Collected {
  readonly from: "rows" | "statistics";
  readonly rows: ReadonlyMap<AggregateName, readonly AggregateRow[]>;
}

const MEMORY_LIMIT = "350MB";

/** All aggregates of a snapshot. Throws `FailedError` when statistics are asked for and do not serve. */
export async function collectAggregates(snapshot: Snapshot, options: CollectOptions): Promise<Collected> {
  const names = neededAggregates(snapshot);
  if (options.from !== "rows") {
    const rows = await aggregatesFromStatistics(snapshot, names);
    if (rows) return { from: "statistics", rows };
    if (options.from === "statistics") {
      throw new FailedError(`the statistics of the snapshot "${snapshot.id}" do not add up`, {
        hint: "they do after a compaction: deadwax catalogue compact; or count all rows: --from rows",
      });
    }
  }
  return { from: "rows", rows: await fromRows(snapshot, names, options) };
}

async function fromRows(
  snapshot: Snapshot,
  names: readonly AggregateName[],
  { spillFolder, reporter, signal }: CollectOptions,
): Promise<ReadonlyMap<AggregateName, readonly AggregateRow[]>> {
  const database = await openSnapshot(snapshot, {
    memoryLimit: MEMORY_LIMIT,
    spillFolder: join(spillFolder, "report"),
  });
  const progress = reporter.progress("figures", "items", names.length);
  const rows = new Map<AggregateName, readonly AggregateRow[]>();
  const count = async (some: readonly AggregateName[]): Promise<void> => {
    for (const name of some) {
      throwIfAborted(signal);
      if (!rows.has(name)) {
        const found = await aggregatesFromRows(database, snapshot, name, signal);
        for (const [of, counted] of found) rows.set(of, counted);
      }
      progress.advance(1, name);
    }
  };
  try {
    // What is tallied keeps this thread busy, SQL those of the database: side by side they fill two cores.
    const done = await Promise.allSettled([
      count(names.filter(isTallied)),
      count(names.filter((name) => !isTallied(name))),
    ]);
    for (const one of done) if (one.status === "rejected") throw one.reason;
    return rows;
  } finally {
    progress.finish();
    database.close();
  }
}

/** With one accession its ISRCs are all ISRCs: they need not be grouped by it. */
function neededAggregates({ accessions }: Snapshot): readonly AggregateName[] {
  return AGGREGATE_NAMES.filter((name) => name !== "isrcs-by-accession" || accessions.length > 1);
}

/** The rows of the snapshot that an aggregate is about. */
export function rowsRead(snapshot: Snapshot, name: AggregateName): number {
  return snapshot.tables[AGGREGATES[name].table].rows;
}
