import { Database, sqlText } from "../core/index.ts";
import { SNAPSHOT_TABLES, type Snapshot } from "./snapshot.ts";

/** A database with a view for each table of the snapshot; the caller closes it. */
export async function openSnapshot(snapshot: Snapshot): Promise<Database> {
  const database = await Database.open();
  for (const table of SNAPSHOT_TABLES) {
    // Folder names like `a=b` above the file would else be read as columns.
    const from = `read_parquet(${sqlText(snapshot.table(table))}, hive_partitioning = false)`;
    await database.run(`create view "${table}" as select * from ${from}`);
  }
  return database;
}
