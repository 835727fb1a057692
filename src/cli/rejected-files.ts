import { z } from "zod";
import type { Archive } from "../core/archive.ts";
import { Database, sqlText } from "../core/database.ts";
import { listAccessions } from "../sources/index.ts";

const rowSchema = z.object({
  path: z.string(),
  path_b64: z.string().nullable(),
  member: z.string().nullable(),
  member_b64: z.string().nullable(),
  reason: z.string(),
  detail: z.string().nullable(),
});

/** A file, or a member of a container, that was not taken in; names that are no UTF-8 have their bytes beside them. */
export type RejectedFile = z.infer<typeof rowSchema>;

/** What the accessions did not take in, and why, by path. */
export async function listRejectedFiles(
  archive: Archive,
  accessionIds: readonly string[],
): Promise<readonly RejectedFile[]> {
  const wanted = new Set(accessionIds);
  const tables = (await listAccessions(archive))
    .filter(({ id }) => wanted.has(id))
    .flatMap((accession) => accession.table("files") ?? []);
  const database = await Database.open({ threads: 1 });
  try {
    const files: RejectedFile[] = [];
    for (const table of tables) {
      const rows = await database.rows(
        `select path, path_b64, member, member_b64, reason, detail
         from read_parquet(${sqlText(table)}, hive_partitioning = false)
         where status = 'rejected' order by path, path_b64, member, member_b64`,
      );
      for (const row of rows) files.push(rowSchema.parse(row));
    }
    return files;
  } finally {
    database.close();
  }
}
