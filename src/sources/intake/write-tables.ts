import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Database } from "../../core/database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";

/** Order by the bytes of the names: the same facts give the same file, whatever order they came in. */
const QUERIES: Readonly<Record<string, string>> = {
  files: `
    select * from file_row
    order by path_key(path, path_b64), path_key(member, member_b64) nulls first, track_id nulls last, reason, size_bytes`,
  tags: "select * from tag_row order by track_id, ordinal",
  documents: "select * from document_row order by path_key(path, path_b64)",
};

const metadataSchema = z.object({ rows: z.bigint() });

/** Writes the tables of an accession to `folder`, and says how many rows each has; tables that may be empty are there. */
export async function writeTables(database: Database, folder: string): Promise<Record<string, number>> {
  const packageFiles = await readFile(new URL("./package-files.sql", import.meta.url), "utf8");
  const rows: Record<string, number> = {};
  for (const [name, query] of Object.entries({ ...QUERIES, package_files: packageFiles })) {
    await writeAccessionTable(database, name, query, join(folder, `${name}.parquet`));
    rows[name] = await countRows(database, join(folder, `${name}.parquet`));
  }
  return rows;
}

async function countRows(database: Database, path: string): Promise<number> {
  const [row] = await database.rows(
    "select sum(num_rows)::bigint as rows from parquet_file_metadata($path)",
    { path },
  );
  return Number(metadataSchema.parse(row).rows);
}
