import { join } from "node:path";
import { sqlName, sqlText, sqlTextList } from "../../core/index.ts";
import type { KeyRange } from "./plan-ranges.ts";
import type { SegmentDescription } from "./snapshot-document.ts";
import type { Snapshot } from "./snapshot-store.ts";
import { type TableName, tableDefinition } from "./tables.ts";

/** Selects which entities which generation replaces: `generation`, `entity`, `id`, `no`. */
export function replacedQuery(snapshot: Snapshot): string {
  if (snapshot.replaced.length === 0) {
    return "select 0 as generation, ''::varchar as entity, 0::ubigint as id, 0::uinteger as no where false";
  }
  return snapshot.replaced
    .map(
      ({ file, generation }) =>
        `select ${generation} as generation, entity, id, no from ${readFiles(snapshot, [file])}`,
    )
    .join(" union all ");
}

/**
 * Selects the live rows of a table: each generation without what later ones replace. `replaced` names a view of
 * `replacedQuery`; `segments` may be some of the table's.
 */
export function liveRowsQuery(
  snapshot: Snapshot,
  table: TableName,
  replaced: string,
  segments: readonly SegmentDescription[] = snapshot.tables[table].segments,
): string {
  const { columns } = tableDefinition(table);
  if (segments.length === 0) {
    const nulls = Object.entries(columns).map(([name, type]) => `null::${type} as ${sqlName(name)}`);
    return `select ${nulls.join(", ")} where false`;
  }
  const names = Object.keys(columns).map((name) => `s.${sqlName(name)}`);
  const newest = Math.max(0, ...snapshot.replaced.map(({ generation }) => generation));
  const generations = [...new Set(segments.map(({ generation }) => generation))].sort((a, b) => a - b);
  return generations
    .map((generation) => {
      const files = segments.filter((segment) => segment.generation === generation).map(({ file }) => file);
      const query = `select ${names.join(", ")} from ${readFiles(snapshot, files)} s`;
      const voided = joinReplaced(table, replaced, generation);
      return voided === null || generation >= newest ? query : `${query} anti join ${voided}`;
    })
    .join(" union all ");
}

/**
 * What rows `s` of a generation are joined with, by `semi join` for those that a later one replaces, by `anti join` for the
 * others; null for tables where nothing is replaced. An entry for `track`, `album` … voids all rows of one; `album-row` only
 * its row in `album`, and `track-resolution` … only what it was found to be the same as. (A correlated `exists` takes DuckDB five times as long.)
 */
export function joinReplaced(table: TableName, replaced: string, generation: number): string | null {
  const { keyColumn, entity } = tableDefinition(table);
  if (keyColumn === null) return null;
  const key = keyColumn.endsWith("_no") ? "no" : "id";
  const keys = `select ${entity === null ? "entity, " : ""}${key} from ${replaced} where generation > ${generation}`;
  const onKey = `r.${key} = s.${sqlName(keyColumn)}`;
  if (table === "resolution") {
    return `(${keys} and ends_with(entity, '-resolution')) r on r.entity = s.entity || '-resolution' and ${onKey}`;
  }
  if (entity === null) {
    return `(${keys} and entity in ('track', 'album', 'artist', 'label')) r on r.entity = s.entity and ${onKey}`;
  }
  const entities = table === "album" ? "('album', 'album-row')" : `('${entity}')`;
  return `(${keys} and entity in ${entities}) r on ${onKey}`;
}

/** The condition of rows of a table in a range of its keys. */
export function inRange(table: TableName, { start, end }: Omit<KeyRange, "segments">): string {
  const { bound, boundKind } = tableDefinition(table);
  // Numbers are compared as numbers, so that row groups outside of the range are not read.
  const key = boundKind === "number" ? bound.replace(/::varchar$/, "") : `(${bound})`;
  const literal = (value: string) => (boundKind === "number" ? `${value}::ubigint` : sqlText(value));
  const conditions = [
    ...(start === null ? [] : [`${key} >= ${literal(start)}`]),
    ...(end === null ? [] : [`${key} < ${literal(end)}`]),
  ];
  return conditions.length === 0 ? "true" : conditions.join(" and ");
}

/** A table function over files of a snapshot. */
export function readFiles(snapshot: Snapshot, files: readonly string[]): string {
  // Folder names like `a=b` above the files would else be read as columns.
  return `read_parquet(${sqlTextList(files.map((file) => join(snapshot.folder, file)))}, hive_partitioning = false)`;
}
