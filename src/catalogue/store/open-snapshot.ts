import { Database, type DatabaseOptions, sqlName } from "../../core/index.ts";
import { liveRowsQuery, replacedQuery } from "./live-rows.ts";
import type { Snapshot } from "./snapshot-store.ts";
import { TABLE_NAMES } from "./tables.ts";

/**
 * A database over the files of a snapshot: for each table a view `segment_<table>` with the live rows as they stand on
 * disk, and over these the views `track`, `album`, `track_artist` … of `docs/formats/snapshot.md`. The caller closes it.
 */
export async function openSnapshot(snapshot: Snapshot, options: DatabaseOptions = {}): Promise<Database> {
  const database = await Database.open(options);
  await addSnapshotViews(database, snapshot);
  return database;
}

/** Makes the views of `openSnapshot` in a database that is there already. */
export async function addSnapshotViews(database: Database, snapshot: Snapshot): Promise<void> {
  await database.runFile(new URL("./macros.sql", import.meta.url));
  await addSegmentViews(database, snapshot);
  await database.runFile(new URL("./views.sql", import.meta.url));
}

/** Makes only the views `<prefix><table>` of the live rows, and `<prefix>replaced`. */
export async function addSegmentViews(
  database: Database,
  snapshot: Snapshot,
  prefix = "segment_",
): Promise<void> {
  const replaced = sqlName(`${prefix}replaced`);
  await database.run(`create view ${replaced} as ${replacedQuery(snapshot)}`);
  for (const table of TABLE_NAMES) {
    const query = liveRowsQuery(snapshot, table, replaced);
    await database.run(`create view ${sqlName(prefix + table)} as ${query}`);
  }
}
