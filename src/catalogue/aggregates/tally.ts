import type { ColumnChunk, Database } from "../../core/index.ts";
import { type AggregateRow, runAggregate } from "./aggregate-rows.ts";
import { readNumbers } from "./read-numbers.ts";
import type { AggregateName } from "./registry.ts";
import { TALLIES } from "./tallies.ts";

/** Counts rows as they come, and then says what it counted. */
export interface Tally {
  /** What stands for each value of a column, and behind them for none; without it whole numbers themselves, and `NO_NUMBER`. */
  numberValues?(column: number, values: Float32Array | Int32Array): Uint32Array;
  /** Counts the rows of a row group: what stands for their values, by column. */
  addNumbers(columns: readonly Uint32Array[], rows: number): void;
  /** Counts rows that the database gives; without it SQL is as cheap. */
  add?(chunk: ColumnChunk): void;
  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]>;
}

/**
 * Aggregates that are counted here in one pass over a few columns, which costs a third or less of their SQL. `<name>.sql`
 * gives the same rows; a test compares the two.
 */
export interface TallyDefinition {
  readonly names: readonly AggregateName[];
  /** Columns of FLOAT or 32 bits that the tally takes, in this order. */
  readonly columns: readonly string[];
  create(): Tally;
}

/** What a tally counted, by aggregate. */
export type Tallied = ReadonlyMap<AggregateName, readonly AggregateRow[]>;

export function tallyOf(name: AggregateName): TallyDefinition | null {
  return TALLIES.find(({ names }) => names.includes(name)) ?? null;
}

/** Whether an aggregate is counted by this program, and not by the database. */
export function isTallied(name: AggregateName): boolean {
  return tallyOf(name) !== null;
}

/** Runs a tally over the rows that `source`, a `select`, gives in this database; its SQL, where it takes no such rows. */
export async function runTally(
  database: Database,
  { names, create, columns }: TallyDefinition,
  source: string,
): Promise<Tallied> {
  const tally = create();
  if (tally.add) {
    const query = `select ${columns.join(", ")} from (${source})`;
    for await (const chunk of database.chunks(query)) tally.add(chunk);
    return tally.rows();
  }
  const rows = new Map<AggregateName, readonly AggregateRow[]>();
  for (const name of names) rows.set(name, await runAggregate(database, name, source));
  return rows;
}

/** Runs a tally over a Parquet file, without the database. Null when a column is not as `NumberReader` takes it. */
export async function tallyFile(path: string, { columns, create }: TallyDefinition): Promise<Tallied | null> {
  const tally = create();
  const isRead = await readNumbers(path, columns, tally);
  return isRead ? tally.rows() : null;
}
