import type { Archive, Database } from "../../core/index.ts";
import { readFiles } from "../store/live-rows.ts";
import type { SegmentDescription } from "../store/snapshot-document.ts";
import { readSnapshot, type Snapshot } from "../store/snapshot-store.ts";
import { TABLE_NAMES, type TableName, tableDefinition } from "../store/tables.ts";

/** How far back parents are followed. */
const MAX_PARENTS = 1000;

/** Whether one of the snapshots was made from the other, so that numbers and shared segments mean the same in both. */
export async function isSameLine(archive: Archive, a: Snapshot, b: Snapshot): Promise<boolean> {
  return (await descendsFrom(archive, a, b.id)) || (await descendsFrom(archive, b, a.id));
}

async function descendsFrom(archive: Archive, snapshot: Snapshot, ancestor: string): Promise<boolean> {
  let { parent } = snapshot;
  for (let step = 0; parent !== null && step < MAX_PARENTS; step += 1) {
    if (parent === ancestor) return true;
    parent = (await readSnapshot(archive, parent))?.parent ?? null;
  }
  return false;
}

/**
 * Makes the table `touched` (entity, id): every entity that can differ, because a row of it stands in a segment that only
 * one of the snapshots has, or a generation that only one of them has replaces it. In: schemas `a` and `b` with the views
 * of both.
 */
export async function makeTouched(database: Database, a: Snapshot, b: Snapshot): Promise<void> {
  const queries = [...touchedIn("a", a, b), ...touchedIn("b", b, a)];
  const nothing = "select '' as entity, 0::ubigint as id where false";
  await database.run(
    `create table touched as select distinct entity::varchar as entity, id::ubigint as id from (${[nothing, ...queries].join(" union all ")})`,
  );
}

function touchedIn(schema: string, snapshot: Snapshot, other: Snapshot): string[] {
  const shared = new Set([...allSegments(other), ...other.replaced].map(({ sha256 }) => sha256));
  const queries = TABLE_NAMES.flatMap((table) => {
    const own = snapshot.tables[table].segments.filter(({ sha256 }) => !shared.has(sha256));
    return touchedBy(schema, snapshot, table, own);
  });
  const replaced = snapshot.replaced.filter(({ sha256 }) => !shared.has(sha256)).map(({ file }) => file);
  if (replaced.length > 0)
    queries.push(`select split_part(entity, '-', 1) as entity, id from ${readFiles(snapshot, replaced)}`);
  return queries;
}

function touchedBy(
  schema: string,
  snapshot: Snapshot,
  table: TableName,
  segments: readonly SegmentDescription[],
): string[] {
  const { keyColumn, entity } = tableDefinition(table);
  if (keyColumn === null || segments.length === 0) return [];
  const from = `${readFiles(
    snapshot,
    segments.map(({ file }) => file),
  )} s`;
  if (entity === null) return [`select entity, ${keyColumn} as id from ${from}`];
  if (!keyColumn.endsWith("_no")) return [`select '${entity}' as entity, ${keyColumn} as id from ${from}`];
  // Numbers mean what this snapshot's own table says.
  return [
    `select '${entity}' as entity, n.${entity}_id as id from ${from} join ${schema}.segment_${entity} n using (${keyColumn})`,
  ];
}

function allSegments(snapshot: Snapshot): readonly SegmentDescription[] {
  return TABLE_NAMES.flatMap((table) => snapshot.tables[table].segments);
}
