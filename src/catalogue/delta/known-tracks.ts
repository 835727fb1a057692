import type { Database } from "../../core/index.ts";
import { foldTexts } from "../records/record-rows.ts";
import { inRange, liveRowsQuery } from "../store/live-rows.ts";
import { planRanges } from "../store/plan-ranges.ts";
import type { Snapshot } from "../store/snapshot-store.ts";

/**
 * Tracks that are read at once: what the records say of so many keeps its place in the caches while it is looked up. Where the side that
 * is kept is filtered, here by its range, the database gives its Bloom filter to the scan, and only rows that pass it leave that.
 */
const ROWS_PER_RANGE = 4_000_000;

/**
 * Makes `told_track`, `known_track`, `known_credit` and `alike_credit`: what new records say, and what was known of their tracks; and
 * `known_fold`, the names of the records that SQL cannot fold, which is done here while the database reads.
 */
export async function addKnownTracks(
  database: Database,
  base: Snapshot,
  rowsPerRange: number = ROWS_PER_RANGE,
): Promise<void> {
  await database.runFile(sqlFile("0-told.sql"));
  const beside = await database.connect();
  try {
    const done = await Promise.allSettled([
      readKnown(database, base, rowsPerRange),
      foldTexts(beside, "known_fold", sqlFile("distinct-told-texts.sql")),
    ]);
    for (const one of done) if (one.status === "rejected") throw one.reason;
  } finally {
    beside.close();
  }
  await database.runFile(sqlFile("0-alike.sql"));
}

async function readKnown(database: Database, base: Snapshot, rowsPerRange: number): Promise<void> {
  for (const range of planRanges("track", base.tables.track.segments, rowsPerRange)) {
    const within = inRange("track", range);
    const rows = liveRowsQuery(base, "track", "ranged_replaced", range.segments);
    // Counts are computed anew, but for those of a synthetic catalogue.
    const counts =
      base.synthetic === null ? "null::ubigint as plays, null::float as popularity" : "plays as plays";
    await database.run(`
      create or replace view ranged_replaced as select * from base_replaced where entity = 'track' and ${within.replaceAll("track_id", "id")};
      create or replace view ranged_track as select * replace (${counts}) from (${rows});
      create or replace view ranged_told as select * from told_track where ${within}`);
    await database.runFile(sqlFile("0-known.sql"));
  }
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
