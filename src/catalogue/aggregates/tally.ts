import type { ColumnChunk, Database } from "../../core/index.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import type { AggregateName } from "./registry.ts";
import { TALLIES } from "./tallies.ts";

/** Counts rows as they stream by, chunk by chunk, and then says what it counted. */
export interface Tally {
  add(chunk: ColumnChunk): void;
  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]>;
}

/**
 * Aggregates that are counted here in one pass over a few columns, which costs a third or less of their SQL. `<name>.sql`
 * gives the same rows; a test compares the two.
 */
export interface TallyDefinition {
  readonly names: readonly AggregateName[];
  /** The columns that the tally takes, of the rows that `source` selects. */
  query(source: string): string;
  create(): Tally;
}

export function tallyOf(name: AggregateName): TallyDefinition | null {
  return TALLIES.find(({ names }) => names.includes(name)) ?? null;
}

/** Whether an aggregate is counted by this program, and not by the database. */
export function isTallied(name: AggregateName): boolean {
  return tallyOf(name) !== null;
}

/** Runs a tally over the rows that `source`, a `select`, gives in this database. */
export async function runTally(
  database: Database,
  definition: TallyDefinition,
  source: string,
): Promise<ReadonlyMap<AggregateName, readonly AggregateRow[]>> {
  const tally = definition.create();
  for await (const chunk of database.chunks(definition.query(source))) tally.add(chunk);
  return tally.rows();
}
