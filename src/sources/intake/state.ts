import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, sqlText, type TableSchema } from "../../core/database.ts";
import { FailedError, IntegrityError } from "../../core/errors.ts";
import type { Accession } from "../accession/accession.ts";
import { DOCUMENT_COLUMNS, FILE_COLUMNS, TAG_COLUMNS } from "./tables.ts";

/** Reasons that say nothing about the file itself: the next run may have more luck, so it tries again. */
export const MAY_PASS: readonly string[] = [
  "unreadable",
  "changed-while-read",
  "gone-while-read",
  "reader-failed",
];

const here = (file: string): URL => new URL(`./${file}`, import.meta.url);

/**
 * Loads into the database what the accessions of one source, oldest first, last said of every name (`known`), and makes
 * the tables that an intake fills. Throws `IntegrityError` when a table is not what it was.
 */
export async function loadKnownState(database: Database, accessions: readonly Accession[]): Promise<void> {
  await database.run(
    "create macro path_key(text, base64) as case when base64 is null then encode(text) else from_base64(base64) end",
  );
  await database.run(`
    create table known_file (
      ord integer, path_key blob, member_key blob, track_id ubigint, status varchar, reason varchar,
      path varchar, path_b64 varchar, member varchar, member_b64 varchar, size_bytes bigint, mtime_ns bigint)`);
  for (const [ord, accession] of accessions.entries()) {
    const path = accession.table("files");
    if (path === null) continue;
    await checkTable(accession, path);
    await database.run(`
      insert into known_file
      select ${ord}, path_key(path, path_b64), path_key(member, member_b64), track_id, status, reason,
        path, path_b64, member, member_b64, size_bytes, mtime_ns
      from read_parquet(${sqlText(path)}, hive_partitioning = false)`);
  }
  await database.runFile(here("1-known.sql"));
  await database.run(
    `create table may_pass as select unnest([${MAY_PASS.map(sqlText).join(", ")}]) as reason`,
  );
  await createTable(database, "file_row", FILE_COLUMNS);
  await createTable(database, "tag_row", TAG_COLUMNS);
  await createTable(database, "document_row", DOCUMENT_COLUMNS);
  await database.run("create table still_refused (path_key blob)");
}

/** Compares `seen` with `known`: makes `todo`, `refused` and `gone`. */
export async function compareState(database: Database): Promise<void> {
  await database.runFile(here("2-compare.sql"));
}

/** After reading: brings `file_row` to what the accession says. */
export async function settleState(database: Database): Promise<void> {
  await database.run("drop table still_refused");
  await database.runFile(here("3-settle.sql"));
}

const countsSchema = z.object({
  seen: count(),
  added: count(),
  changed: count(),
  gone: count(),
  audio: count(),
  rejected: count(),
  documents: count(),
  file_rows: count(),
  bytes_to_read: count(),
  todo: count(),
});

export type StateCounts = z.infer<typeof countsSchema>;

/** How the names found stand beside what was known; after `settleState` also what the accession says. */
export async function readCounts(database: Database): Promise<StateCounts> {
  const [row] = await database.rows(await readFile(here("counts.sql"), "utf8"));
  return countsSchema.parse(row);
}

async function createTable(database: Database, name: string, schema: TableSchema): Promise<void> {
  await database.insert(name, schema, []);
}

async function checkTable(accession: Accession, path: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (cause) {
    throw new FailedError(`cannot read "${path}"`, {
      cause,
      hint: "restore the archive's folder from a copy",
    });
  }
  if (hash.digest("hex") !== accession.tables["files.parquet"]?.sha256) {
    throw new IntegrityError(`"${path}" is not what it was when it was written`, {
      hint: "restore the folder of this accession from a copy of the archive",
    });
  }
}

function count(): z.ZodPipe<z.ZodBigInt, z.ZodTransform<number, bigint>> {
  return z.bigint().transform(Number);
}
