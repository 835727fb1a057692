import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, namesIn, readIfThere, readPointer, TEMPORARY_PREFIX } from "../../core/index.ts";
import { RECORDINGS_ID } from "./recordings-table.ts";

/** A file in `recordings/` that nothing needs. */
export interface OldRecordings {
  readonly file: string;
  readonly sizeBytes: number;
}

/**
 * Tables that are neither the current one nor in `named`, and what killed runs left. While `CURRENT` is there and names no
 * table, no table is old: one of them was the current one.
 */
export async function oldRecordings(archive: Archive, named: ReadonlySet<string>): Promise<OldRecordings[]> {
  const { recordings: folder } = archive.layout;
  const current = await readPointer(folder, RECORDINGS_ID);
  const isUntold = current === null && (await readIfThere(join(folder, "CURRENT"))) !== null;
  const old: OldRecordings[] = [];
  for (const file of await namesIn(folder)) {
    const id = file.replace(/\.parquet$/, "");
    const isTable = file !== id && RECORDINGS_ID.test(id);
    const isOld = isTable && !isUntold && id !== current && !named.has(id);
    if (!isOld && !file.startsWith(TEMPORARY_PREFIX)) continue;
    const { size } = await stat(join(folder, file));
    old.push({ file, sizeBytes: size });
  }
  return old;
}
