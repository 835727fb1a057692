import { z } from "zod";
import type { Database } from "../core/index.ts";

const countRow = z.object({ count: z.int() });

/** The only value, `count`, of a query. */
export async function countOf(database: Database, sql: string): Promise<number> {
  const [row] = await database.rows(sql);
  return countRow.parse(row).count;
}
