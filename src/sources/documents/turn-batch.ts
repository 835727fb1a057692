import { rm, stat } from "node:fs/promises";
import { type Database, sqlText } from "../../core/database.ts";
import type { ThreadPool } from "../../core/thread-pool.ts";
import type { Batch } from "../lines/batches.ts";
import type { LineRoom } from "../lines/line-room.ts";
import { loadBatch } from "../lines/load-batch.ts";
import { rejectsOf } from "../lines/rejects-of.ts";
import { SpooledLines } from "../lines/spooled-lines.ts";
import type { SqlFormat, ThreadFormat } from "./document-format.ts";
import type { KeptBatch } from "./kept-batch.ts";
import { partPath } from "./part-paths.ts";
import type { BatchAnswer, BatchJob } from "./serve-batches.ts";
import { spareBytes } from "./turn-lines.ts";

/** A thread turns the batch into Parquet files in `folder`. */
export async function turnInThread(
  threads: ThreadPool,
  batch: Batch,
  room: LineRoom,
  { name, input }: ThreadFormat,
  folder: string,
): Promise<KeptBatch> {
  room.reserve(spareBytes(batch.longestBytes));
  const job: BatchJob = { format: name, input, memory: room.memory, sizeBytes: room.usedBytes, folder };
  const { parts, refused, ids } = (await threads.run(job)) as BatchAnswer;
  const found = refused.size === 0 ? [] : rejectsOf(new SpooledLines(room.lines), batch, refused);
  const rejects = [...batch.rejects, ...found];
  return {
    lines: batch.lines,
    rejected: batch.rejected + refused.size,
    rejects,
    parts: { ...parts },
    ids: { ...ids },
  };
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
