import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, DeadwaxError } from "../../core/index.ts";
import { newestGeneration, type SnapshotDescription } from "./snapshot-document.ts";
import { currentSnapshotId, listSnapshotIds, readSnapshot } from "./snapshot-store.ts";

export interface SnapshotListing {
  readonly id: string;
  readonly isCurrent: boolean;
  /** Null when the description cannot be read, or is of another version of the format. */
  readonly description: SnapshotDescription | null;
  readonly problem: string | null;
  readonly generations: number;
  /** Bytes of all its files. */
  readonly sizeBytes: number;
  /** Bytes that no other folder has: what deleting it would free. */
  readonly ownBytes: number;
}

/** All snapshots of an archive, oldest first; those that cannot be read come first. */
export async function listSnapshots(archive: Archive): Promise<SnapshotListing[]> {
  const current = await currentSnapshotId(archive);
  const listings: SnapshotListing[] = [];
  for (const id of await listSnapshotIds(archive)) {
    const { description, problem } = await describe(archive, id);
    listings.push({
      id,
      isCurrent: id === current,
      description,
      problem,
      generations: description ? newestGeneration(description) + 1 : 0,
      ...(await measureFolder(join(archive.layout.catalogue, id))),
    });
  }
  const key = ({ id, description }: SnapshotListing): string => `${description?.created ?? ""} ${id}`;
  return listings.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function describe(
  archive: Archive,
  id: string,
): Promise<{ readonly description: SnapshotDescription | null; readonly problem: string | null }> {
  try {
    const snapshot = await readSnapshot(archive, id);
    return { description: snapshot, problem: snapshot ? null : "it has no description" };
  } catch (error) {
    if (error instanceof DeadwaxError) return { description: null, problem: error.message };
    throw error;
  }
}

async function measureFolder(
  folder: string,
): Promise<{ readonly sizeBytes: number; readonly ownBytes: number }> {
  let sizeBytes = 0;
  let ownBytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const file = await stat(join(folder, name));
    if (!file.isFile()) continue;
    sizeBytes += file.size;
    if (file.nlink === 1) ownBytes += file.size;
  }
  return { sizeBytes, ownBytes };
}
