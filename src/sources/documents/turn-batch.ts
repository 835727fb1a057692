import { rm, stat } from "node:fs/promises";
import { type Database, sqlText } from "../../core/database.ts";
import type { ThreadPool } from "../../core/thread-pool.ts";
import type { Batch } from "../lines/batches.ts";
import { loadBatch } from "../lines/load-batch.ts";
import { bytesOfRuns, readRuns } from "../lines/read-runs.ts";
import { rejectsOf } from "../lines/rejects-of.ts";
import { SpooledLines } from "../lines/spooled-lines.ts";
import type { SqlFormat, ThreadFormat } from "./document-format.ts";
import type { KeptBatch } from "./kept-batch.ts";
import { partPath } from "./part-paths.ts";
import type { BatchAnswer, BatchJob } from "./serve-batches.ts";
import { spareBytes } from "./turn-lines.ts";

/** A thread turns the batch into Parquet files in `folder`. `fd` is the file that the lines are in where they are not in memory. */
export async function turnInThread(
  threads: ThreadPool,
  batch: Batch,
  fd: number,
  { name, input }: ThreadFormat,
  folder: string,
): Promise<KeptBatch> {
  const { room, runs } = batch;
  const spare = spareBytes(batch.longestBytes);
  room?.reserve(spare);
  const lines =
    room === null ? { fd, runs, spareBytes: spare } : { memory: room.memory, sizeBytes: room.usedBytes };
  const job: BatchJob = { format: name, input, lines, folder };
  const { parts, refused, ids } = (await threads.run(job)) as BatchAnswer;
  const found = refused.size === 0 ? [] : rejectsOf(linesOf(batch, fd), batch, refused);
  const rejects = [...batch.rejects, ...found];
  return {
    lines: batch.lines,
    rejected: batch.rejected + refused.size,
    rejects,
    parts: { ...parts },
    ids: { ...ids },
  };
}

function linesOf({ room, runs }: Batch, fd: number): SpooledLines {
  if (room !== null) return new SpooledLines(room.lines);
  const bytes = Buffer.allocUnsafe(bytesOfRuns(runs));
  readRuns(fd, runs, bytes);
  return new SpooledLines(bytes);
}

/** The database turns the batch into Parquet files in `folder`. Removes the spool file. */
export async function turnBySql(
  database: Database,
  batch: Batch & { readonly file: string },
  format: SqlFormat,
  folder: string,
): Promise<KeptBatch> {
  const loaded = await loadBatch(database, { batch, table: "document", ...format });
  await rm(batch.file);
  const parts: Record<string, number> = {};
  for (const [name, query] of Object.entries(format.queries)) {
    const path = partPath(folder, name);
    await database.run(`copy (${query}) to ${sqlText(path)} (format parquet, compression lz4_raw)`);
    parts[name] = (await stat(path)).size;
  }
  const rejects = [...batch.rejects, ...loaded.rejects];
  return { lines: batch.lines, rejected: batch.rejected + loaded.rejected, rejects, parts, ids: {} };
}
