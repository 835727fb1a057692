import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Database, sqlText } from "../../core/database.ts";
import type { ThreadPool } from "../../core/thread-pool.ts";
import type { Batch } from "../lines/batches.ts";
import type { LineRoom } from "../lines/line-room.ts";
import { loadBatch } from "../lines/load-batch.ts";
import { rejectsOf } from "../lines/rejects-of.ts";
import { SpooledLines } from "../lines/spooled-lines.ts";
import type { SqlFormat, ThreadFormat } from "./document-format.ts";
import type { KeptBatch } from "./kept-batch.ts";
import type { BatchAnswer, BatchJob } from "./serve-batches.ts";
import { spareBytes } from "./turn-lines.ts";

const ID_BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** A batch, and the ids of its tracks: they are in its room; null where they have to be read from the file. */
export interface TurnedBatch {
  readonly batch: KeptBatch;
  readonly ids: BigUint64Array | null;
}

/** A thread turns the batch into Parquet files in `folder`. */
export async function turnInThread(
  threads: ThreadPool,
  batch: Batch,
  room: LineRoom,
  { name, input }: ThreadFormat,
  folder: string,
): Promise<TurnedBatch> {
  const spare = spareBytes(batch.longestBytes);
  room.reserve(spare);
  const { memory, usedBytes } = room;
  const idsAtBytes = ID_BYTES * Math.ceil((usedBytes + spare) / ID_BYTES);
  const job: BatchJob = { format: name, input, memory, sizeBytes: usedBytes, idsAtBytes, folder };
  const { parts, refused, ids } = (await threads.run(job)) as BatchAnswer;
  const found = refused.size === 0 ? [] : rejectsOf(new SpooledLines(room.lines), batch, refused);
  const rejects = [...batch.rejects, ...found];
  return {
    batch: { lines: batch.lines, rejected: batch.rejected + refused.size, rejects, parts: { ...parts } },
    ids: ids === null ? null : new BigUint64Array(memory, idsAtBytes, ids),
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
    const path = join(folder, `${name}.parquet`);
    await database.run(`copy (${query}) to ${sqlText(path)} (format parquet, compression lz4_raw)`);
    parts[name] = (await stat(path)).size;
  }
  const rejects = [...batch.rejects, ...loaded.rejects];
  return { lines: batch.lines, rejected: batch.rejected + loaded.rejected, rejects, parts };
}
