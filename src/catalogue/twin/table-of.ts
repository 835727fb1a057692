import type { ColumnType, Database } from "../../core/index.ts";
import { TABLES } from "../store/tables.ts";

/** Columns that go into a segment as they are have its types, so that nothing is cast row by row. */
const STORED_TYPES = new Map<string, string>([
  ...Object.entries(TABLES.track.columns),
  ["track_count", TABLES.album.columns.track_count],
  ["followers", TABLES.artist.columns.followers],
]);

type Cell = string | number | boolean | null;

/** Makes a table of a list; the types are those of the values, wherever one is not null. */
export async function insertTable<T>(
  database: Database,
  name: string,
  items: Iterable<T>,
  toRow: (item: T, index: number) => { readonly [column: string]: Cell },
): Promise<void> {
  const rows: { readonly [column: string]: Cell }[] = [];
  for (const item of items) rows.push(toRow(item, rows.length));
  const columns = Object.keys(rows[0] ?? {});
  const schema = Object.fromEntries(columns.map((column) => [column, typeOf(rows, column)]));
  await database.insert(`loading_${name}`, schema, rows);
  const narrow = columns.map(
    (column) => `"${column}"::${STORED_TYPES.get(column) ?? schema[column]} as "${column}"`,
  );
  await database.run(`create table "${name}" as select ${narrow.join(", ")} from "loading_${name}"`);
  await database.run(`drop table "loading_${name}"`);
}

/** The items with their numbers, and at the end one number with nothing. */
export function* numbered<T>(items: Iterable<T>): Generator<readonly [number: number, item: T | null]> {
  let number = 0;
  for (const item of items) {
    yield [number, item];
    number += 1;
  }
  yield [number, null];
}

function typeOf(rows: readonly { readonly [column: string]: Cell }[], column: string): ColumnType {
  let type: ColumnType = "BIGINT";
  for (const row of rows) {
    const value = row[column];
    if (typeof value === "string") return "VARCHAR";
    if (typeof value === "boolean") return "BOOLEAN";
    if (typeof value === "number" && !Number.isInteger(value)) type = "DOUBLE";
  }
  return type;
}
