import { z } from "zod";
import { type Archive, Database, ensureFolder } from "../../core/index.ts";
import { addSnapshotViews } from "../store/open-snapshot.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { COMPARED_TABLES, type ComparedTable } from "./compared-tables.ts";
import { isSameLine, makeTouched } from "./touched-entities.ts";

export interface TableDifference {
  readonly table: string;
  readonly added: number;
  /** Rows of one key that say something else; always 0 in tables without a key. */
  readonly changed: number;
  readonly removed: number;
}

type Row = { readonly [column: string]: unknown };

/** One row that differs, as the two snapshots have it. */
export interface RowDifference {
  readonly table: string;
  readonly change: "added" | "changed" | "removed";
  readonly before: Row | null;
  readonly after: Row | null;
}

export interface DiffOptions {
  readonly archive: Archive;
  readonly from: Snapshot;
  readonly to: Snapshot;
  /** At most so many rows of each table and kind of change. */
  readonly rows: number;
  /** Called for the first rows that differ, table by table. */
  readonly onRow: (row: RowDifference) => void;
}

/**
 * Compares what two snapshots say, whatever their numbers and segments are. Where one was made from the other only the
 * entities in segments that they do not share are looked at.
 */
export async function diffSnapshots(options: DiffOptions): Promise<TableDifference[]> {
  const { archive, from, to } = options;
  await ensureFolder(archive.layout.scratch);
  const database = await Database.open({ spillFolder: archive.layout.scratch });
  try {
    for (const [schema, snapshot] of [["a", from] as const, ["b", to] as const]) {
      await database.run(`create schema ${schema}; use ${schema}`);
      await addSnapshotViews(database, snapshot);
      await database.runFile(new URL("./said-views.sql", import.meta.url));
      await database.run("use main");
    }
    const isPartial = await isSameLine(archive, from, to);
    if (isPartial) await makeTouched(database, from, to);
    const differences: TableDifference[] = [];
    for (const table of COMPARED_TABLES) {
      const where = isPartial && table.isTouched !== null ? table.isTouched : "true";
      for (const schema of ["a", "b"]) {
        await database.run(
          `create or replace temp view said_${schema} as select * from ${schema}.said_${table.name} where ${where}`,
        );
      }
      differences.push(
        table.key === null
          ? await compareRows(database, table, options)
          : await compareKeyed(database, table, table.key, options),
      );
    }
    return differences;
  } finally {
    database.close();
  }
}

const count = z.bigint().transform(Number);

async function compareRows(
  database: Database,
  { name }: ComparedTable,
  { rows, onRow }: DiffOptions,
): Promise<TableDifference> {
  const only = (one: string, other: string) =>
    `select * from said_${one} except all select * from said_${other}`;
  const counts = { added: 0, removed: 0 };
  for (const [change, query] of [
    ["added", only("b", "a")],
    ["removed", only("a", "b")],
  ] as const) {
    await database.run(`create or replace temp table different as ${query}`);
    const [row] = await database.rows("select count(*) as n from different");
    counts[change] = count.parse(row?.n);
    for (const found of await database.rows(`select * from different order by all limit ${rows}`)) {
      const isAdded = change === "added";
      onRow({ table: name, change, before: isAdded ? null : found, after: isAdded ? found : null });
    }
  }
  return { table: name, changed: 0, ...counts };
}

async function compareKeyed(
  database: Database,
  { name }: ComparedTable,
  key: string,
  { rows, onRow }: DiffOptions,
): Promise<TableDifference> {
  await database.run(
    `create or replace temp table different as
     select key, case when a.hash is null then 'added' when b.hash is null then 'removed' else 'changed' end as change
     from (select ${key} as key, hash(t) as hash from said_a t) a
     full join (select ${key} as key, hash(t) as hash from said_b t) b using (key)
     where a.hash is distinct from b.hash`,
  );
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const change of ["added", "changed", "removed"] as const) {
    const [row] = await database.rows(`select count(*) as n from different where change = '${change}'`);
    counts[change] = count.parse(row?.n);
    if (counts[change] === 0) continue;
    await database.run(
      `create or replace temp table shown as select key from different where change = '${change}' order by key limit ${rows}`,
    );
    const before = await rowsByKey(database, "said_a", key);
    const after = await rowsByKey(database, "said_b", key);
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      onRow({ table: name, change, before: before.get(id) ?? null, after: after.get(id) ?? null });
    }
  }
  return { table: name, ...counts };
}

async function rowsByKey(database: Database, from: string, key: string): Promise<Map<unknown, Row>> {
  const rows = await database.rows(
    `select * from ${from} where ${key} in (select key from shown) order by ${key}`,
  );
  return new Map(rows.map((row) => [row[key], row]));
}
