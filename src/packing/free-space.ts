import { statfs } from "node:fs/promises";
import { type Archive, formatSize, OutOfSpaceError } from "../core/index.ts";

/** Bytes that a user without special rights may still write where the shards are. */
export async function freeBytes(archive: Archive): Promise<number> {
  const { bavail, bsize } = await statfs(archive.layout.shards);
  return bavail * bsize;
}

/** Throws `OutOfSpaceError` when the disk cannot hold what is about to be packed. */
export async function requireFreeSpace(archive: Archive, neededBytes: number): Promise<void> {
  const available = await freeBytes(archive);
  if (neededBytes <= available) return;
  throw new OutOfSpaceError(
    `packing needs about ${formatSize(neededBytes)}, and "${archive.layout.shards}" has ${formatSize(available)} free`,
    {
      hint: "free some space, plan with a smaller budget (deadwax plan --budget), or go on all the same with --force",
    },
  );
}
