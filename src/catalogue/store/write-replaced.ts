import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileSha256 } from "../../core/file-sha256.ts";
import { type Database, sqlText } from "../../core/index.ts";
import type { ReplacedDescription } from "./snapshot-document.ts";

export interface WriteReplacedOptions {
  /** Gives `entity`, `id` and, for albums and artists, their dense number `no` (else null), each entity once. */
  readonly query: string;
  readonly folder: string;
  readonly generation: number;
}

const rowsRow = z.object({ rows: z.bigint().transform(Number) });

/** Writes which entities this generation replaces: `replaced/<generation>.parquet`, each entity once. */
export async function writeReplaced(
  database: Database,
  { query, folder, generation }: WriteReplacedOptions,
): Promise<ReplacedDescription> {
  const file = `replaced/${generation}.parquet`;
  const path = join(folder, file);
  await mkdir(join(folder, "replaced"), { recursive: true });
  await database.writeParquet(
    `select entity::varchar as entity, id::ubigint as id, no::uinteger as no from (${query}) order by all`,
    path,
  );
  const [counted] = await database.rows(
    `select num_rows as rows from parquet_file_metadata(${sqlText(path)})`,
  );
  return { generation, file, rows: rowsRow.parse(counted).rows, sha256: await fileSha256(path) };
}
