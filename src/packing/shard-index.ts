import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import {
  type Archive,
  Database,
  errorMessage,
  explainSystemError,
  IntegrityError,
  OutOfSpaceError,
  publishFile,
  sqlText,
  temporaryPathFor,
} from "../core/index.ts";
import { INDEX_COLUMNS, type IndexRow, indexTableRow, parseIndexTableRow } from "./index-row.ts";
import { shardPaths } from "./shard-manifest.ts";

/** Length and digest of a published table. */
export interface TableFixity {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Writes the index of a shard, in the order of the tar, and publishes it at `path`. */
export async function writeShardIndex(
  path: string,
  shard: string,
  rows: readonly IndexRow[],
): Promise<TableFixity> {
  const temporary = temporaryPathFor(path);
  // One thread: the file has to be the same bytes for the same rows.
  const database = await Database.open({ threads: 1, memoryLimit: "256MB" });
  try {
    await database.insert(
      "shard_index",
      INDEX_COLUMNS,
      rows.map((row) => indexTableRow(row, shard)),
    );
    await database.writeParquet("select * from shard_index order by offset_bytes", temporary);
    const fixity = { sizeBytes: (await stat(temporary)).size, sha256: await fileSha256(temporary) };
    await publishFile(temporary, path);
    return fixity;
  } catch (error) {
    await rm(temporary, { force: true });
    // DuckDB wraps the system's error in text of its own.
    if (errorMessage(error).includes("No space left on device")) {
      throw new OutOfSpaceError(`no space left while writing "${path}"`, {
        cause: error,
        hint: "free some space and run the same command again: nothing that was sealed is lost",
      });
    }
    throw explainSystemError(error, `writing "${path}"`);
  } finally {
    database.close();
  }
}

/**
 * The rows of a sealed shard's index, in the order of the tar. Throws `IntegrityError` when the table is damaged or is not
 * the index of this shard.
 */
export async function* readShardIndex(archive: Archive, shard: string): AsyncGenerator<IndexRow> {
  yield* readIndexFile(shardPaths(archive, shard).index, shard);
}

/** The same for an index table anywhere. */
export async function* readIndexFile(path: string, shard: string): AsyncGenerator<IndexRow> {
  const database = await Database.open({ threads: 1, memoryLimit: "256MB" });
  try {
    const query = `select * from read_parquet(${sqlText(path)}) order by offset_bytes`;
    for await (const cells of database.stream(query)) {
      const parsed = parseIndexTableRow(cells);
      if (parsed?.shard !== shard) throw damaged(path, undefined);
      yield parsed.row;
    }
  } catch (cause) {
    if (cause instanceof IntegrityError) throw cause;
    throw damaged(path, cause);
  } finally {
    database.close();
  }
}

function damaged(path: string, cause: unknown): IntegrityError {
  return new IntegrityError(`"${path}" is not a valid index of its shard`, {
    cause,
    hint: "restore the file from a copy of the archive",
  });
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
