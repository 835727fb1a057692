import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../../core/index.ts";
import { type AggregateName, aggregateDefinition } from "./registry.ts";
import { RowSums } from "./row-sums.ts";

export type AggregateKey = string | number | boolean | null;

/** One group: its keys and its sums, in the order of the registry. */
export interface AggregateRow {
  readonly keys: readonly AggregateKey[];
  readonly sums: readonly bigint[];
}

/** The SQL of an aggregate, `from segment`. */
export async function aggregateSql(name: AggregateName): Promise<string> {
  return await readFile(new URL(`./${name}.sql`, import.meta.url), "utf8");
}

const versions = new Map<AggregateName, Promise<string>>();

/** Tells statistics of another version of a query apart: 16 hexadecimal digits of the SHA-256 of its SQL. */
export function aggregateVersion(name: AggregateName): Promise<string> {
  const known = versions.get(name);
  if (known) return known;
  const version = aggregateSql(name).then((sql) =>
    createHash("sha256").update(sql).digest("hex").slice(0, 16),
  );
  versions.set(name, version);
  return version;
}

/** Runs the SQL of one aggregate over the rows that `source`, a `select`, gives in this database. */
export async function runAggregate(
  database: Database,
  name: AggregateName,
  source: string,
): Promise<AggregateRow[]> {
  const { keys, sums } = aggregateDefinition(name);
  const rows = await database.rows(
    (await aggregateSql(name)).replaceAll(/\bfrom segment\b/g, `from (${source}) segment`),
  );
  return sortRows(
    rows.map((row) => ({
      keys: keys.map((key) => keySchema.parse(row[key])),
      sums: sums.map((sum) => sumSchema.parse(row[sum])),
    })),
  );
}

/** Adds the sums of groups with the same keys. */
export function mergeRows(parts: Iterable<readonly AggregateRow[]>): AggregateRow[] {
  const sums = new RowSums();
  for (const rows of parts) for (const row of rows) sums.addRow(row);
  return sortRows(sums.rows());
}

const keySchema = z.union([
  z.string(),
  z.boolean(),
  z.null(),
  z.int(),
  z.bigint().transform((value) => z.int().parse(Number(value))),
]);
const sumSchema = z.union([z.bigint(), z.int(), z.null()]).transform((value) => BigInt(value ?? 0));

export function sortRows(rows: AggregateRow[]): AggregateRow[] {
  return rows.sort((a, b) => {
    for (const [at, key] of a.keys.entries()) {
      const order = compareKeys(key, b.keys[at] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Null last; numbers by size; everything else by its text. */
function compareKeys(a: AggregateKey, b: AggregateKey): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
