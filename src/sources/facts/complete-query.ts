import { FACT_TABLES, type FactTable } from "./fact-tables.ts";

/** The query with all columns of its table, in order and of their types: those that it does not give are null. */
export function completeQuery(table: FactTable, query: string): string {
  const columns = Object.entries<string>(FACT_TABLES[table]);
  const none = columns.map(([column, type]) => `null::${type} as ${column}`).join(", ");
  const cast = columns.map(([column, type]) => `${column}::${type} as ${column}`).join(", ");
  return `select ${cast} from ((select ${none} limit 0) union all by name (${query}))`;
}
