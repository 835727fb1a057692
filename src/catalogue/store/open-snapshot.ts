import { join } from "node:path";
import { Database, type DatabaseOptions, sqlName, sqlTextList } from "../../core/index.ts";
import type { Snapshot } from "./snapshot-store.ts";
import { TABLE_NAMES, type TableName, tableDefinition } from "./tables.ts";

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
  const replaced = snapshot.replaced.map(
    ({ file, generation }) =>
      `select ${generation} as generation, entity, id, no from ${readFiles(snapshot, [file])}`,
  );
  const nothing =
    "select 0 as generation, ''::varchar as entity, 0::ubigint as id, 0::uinteger as no where false";
  await database.run(
    `create view ${sqlName(`${prefix}replaced`)} as ${replaced.length > 0 ? replaced.join(" union all ") : nothing}`,
  );
  for (const table of TABLE_NAMES) {
    await database.run(
      `create view ${sqlName(prefix + table)} as ${liveRowsQuery(snapshot, table, sqlName(`${prefix}replaced`))}`,
    );
  }
}

/** The live rows of a table: each generation without what later ones replace. */
function liveRowsQuery(snapshot: Snapshot, table: TableName, replaced: string): string {
  const { columns, keyColumn, entity } = tableDefinition(table);
  const names = Object.keys(columns);
  const { segments } = snapshot.tables[table];
  if (segments.length === 0) {
    const nulls = Object.entries(columns).map(([name, type]) => `null::${type} as ${sqlName(name)}`);
    return `select ${nulls.join(", ")} where false`;
  }
  const generations = [...new Set(segments.map(({ generation }) => generation))].sort((a, b) => a - b);
  const newest = Math.max(0, ...snapshot.replaced.map(({ generation }) => generation));
  return generations
    .map((generation) => {
      const files = segments.filter((segment) => segment.generation === generation).map(({ file }) => file);
      const query = `select ${names.map((name) => `s.${sqlName(name)}`).join(", ")} from ${readFiles(snapshot, files)} s`;
      if (keyColumn === null || generation >= newest) return query;
      const replacedKey = keyColumn.endsWith("_no") ? "no" : "id";
      const ofEntity = entity === null ? `r.entity = s.entity` : `r.entity = '${entity}'`;
      return `${query} where not exists (
        from ${replaced} r where r.generation > ${generation} and ${ofEntity} and r.${replacedKey} = s.${sqlName(keyColumn)})`;
    })
    .join(" union all ");
}

function readFiles(snapshot: Snapshot, files: readonly string[]): string {
  // Folder names like `a=b` above the files would else be read as columns.
  const paths = files.map((file) => join(snapshot.folder, file));
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}
