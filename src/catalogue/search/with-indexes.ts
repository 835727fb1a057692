import { rm } from "node:fs/promises";
import { FailedError, OutOfSpaceError } from "../../core/index.ts";
import { DamagedIndexError } from "../look-up/index-file.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import {
  type BuildIndexesOptions,
  buildIndexes,
  planIndexes,
  planSize,
  SMALL_CATALOGUE_ROWS,
} from "./build-indexes.ts";

/** What a look-up does for want of an index. */
export const BUILD_INDEX_HINT = "build the index of this snapshot once: deadwax catalogue index";

/**
 * Runs `work` with the index of the snapshot whole, which is built now if it is missing and the catalogue is small; else
 * with `false`. A file that proves damaged while it is read is removed, and the work done again.
 */
export async function withIndexes<T>(
  snapshot: Snapshot,
  options: BuildIndexesOptions,
  work: (isIndexed: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await work(await isReady(snapshot, options));
  } catch (error) {
    if (!(error instanceof DamagedIndexError)) throw error;
    options.reporter.warn(`${error.message}; it is built anew`);
    await rm(error.path, { force: true });
    return await work(await isReady(snapshot, options));
  }
}

async function isReady(snapshot: Snapshot, options: BuildIndexesOptions): Promise<boolean> {
  // What is shown of a track is read from its tables: rows alone are for programs that ask much.
  const plan = { ...planIndexes(snapshot), rows: [] };
  const size = planSize(plan);
  if (plan.keys.length + plan.texts.length === 0) return true;
  if (size > SMALL_CATALOGUE_ROWS) return false;
  try {
    await buildIndexes(plan, options);
    return true;
  } catch (error) {
    // Of an archive that may only be read, tables are read instead.
    if (error instanceof FailedError || error instanceof OutOfSpaceError || isNotWritable(error))
      return false;
    throw error;
  }
}

function isNotWritable(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EROFS");
}
