import type { TableName } from "../store/tables.ts";

/**
 * A query over one table whose results add up: `<name>.sql` beside this file, written `from segment`, gives group keys and
 * exact integer sums. It runs over each segment when that is written; the sums by key over all segments are the answer
 * for the table. Null sums count as 0.
 */
export interface AggregateDefinition {
  readonly table: TableName;
  /** Columns that say which group a row is; text, whole numbers, booleans or null. */
  readonly keys: readonly string[];
  /** Columns that add up, whole numbers of any size. */
  readonly sums: readonly string[];
}

export const AGGREGATES = {
  "tracks-by-popularity": { table: "track", keys: ["popularity"], sums: ["tracks", "plays"] },
  "tracks-per-isrc": { table: "isrc", keys: ["tracks"], sums: ["isrcs"] },
} as const satisfies { readonly [name: string]: AggregateDefinition };

export type AggregateName = keyof typeof AGGREGATES;

export const AGGREGATE_NAMES = Object.keys(AGGREGATES) as readonly AggregateName[];

export function aggregateDefinition(name: AggregateName): AggregateDefinition {
  return AGGREGATES[name];
}

/** The aggregates of a table, in the order of the registry. */
export function aggregatesOf(table: TableName): readonly AggregateName[] {
  return AGGREGATE_NAMES.filter((name) => AGGREGATES[name].table === table);
}
