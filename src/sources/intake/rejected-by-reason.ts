import { z } from "zod";
import type { Database } from "../../core/database.ts";

const rowSchema = z.object({ reason: z.string(), files: z.bigint() });

/** How many files and members were rejected, by reason, the most frequent first. */
export async function rejectedByReason(database: Database): Promise<Record<string, number>> {
  const rows = await database.rows(`
    select reason, count(*) as files from file_row where status = 'rejected'
    group by reason order by files desc, reason`);
  return Object.fromEntries(
    rows.map((row) => rowSchema.parse(row)).map(({ reason, files }) => [reason, Number(files)]),
  );
}
