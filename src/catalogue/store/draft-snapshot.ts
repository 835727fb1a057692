import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Archive,
  eachOf,
  ensureFolder,
  publishFolder,
  TEMPORARY_PREFIX,
  tryHardLink,
  writePointer,
} from "../../core/index.ts";
import { statisticsPath } from "../aggregates/segment-statistics.ts";
import type { SnapshotDescription } from "./snapshot-document.ts";
import type { Snapshot } from "./snapshot-store.ts";

/** A snapshot that is being put together; nobody sees it before it is published. */
export interface SnapshotDraft {
  readonly id: string;
  /** Where its files go, in the places that its description will name. */
  readonly folder: string;
  /**
   * Gives files of another snapshot (paths in its folder) the same place here, by hard link where that can be, with the
   * statistics that stand beside them; `names` when they are to be called otherwise.
   */
  adopt(from: Snapshot, files: readonly string[], names?: readonly string[]): Promise<void>;
  /** Syncs everything, gives the folder its name, and makes it the current snapshot. */
  publish(description: SnapshotDescription): Promise<Snapshot>;
  /** Removes what was written; harmless after `publish`. */
  discard(): Promise<void>;
}

/**
 * Starts the snapshot `id` in a temporary folder of the archive, a new one unless it is to go on from what a run before has
 * left there; the caller holds the archive's lock.
 */
export async function draftSnapshot(
  archive: Archive,
  id: string,
  { goOn = false }: { readonly goOn?: boolean } = {},
): Promise<SnapshotDraft> {
  const { catalogue } = archive.layout;
  const folder = join(catalogue, `${TEMPORARY_PREFIX}${id}`);
  await ensureFolder(catalogue);
  if (!goOn) await rm(folder, { recursive: true, force: true });
  await ensureFolder(folder);
  return {
    id,
    folder,
    async adopt(from, files, names = files) {
      const targets = files.map((file, at) => join(folder, names[at] ?? file));
      for (const parent of new Set(targets.map((target) => dirname(target)))) {
        await mkdir(parent, { recursive: true });
      }
      await eachOf(files, async (file, at) => {
        const target = targets[at] ?? file;
        await linkOrCopy(join(from.folder, file), target);
        const statistics = statisticsPath(join(from.folder, file));
        if (existsSync(statistics)) await linkOrCopy(statistics, statisticsPath(target));
      });
    },
    async publish(description) {
      await writeFile(join(folder, "snapshot.json"), `${JSON.stringify(description, null, 2)}\n`);
      const names = await readdir(folder, { recursive: true });
      // Files before the folders that hold them.
      await publishFolder(folder, join(catalogue, id), names.sort().reverse());
      await makeCurrent(archive, id);
      return { ...description, folder: join(catalogue, id) };
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  if (!(await tryHardLink(from, to))) await copyFile(from, to);
}

/** Makes a published snapshot the current one. */
export async function makeCurrent(archive: Archive, id: string): Promise<void> {
  await writePointer(archive.layout.catalogue, id);
}

/** What killed builds left: nobody else writes here, the caller holds the lock. */
export async function removeUnfinished(archive: Archive): Promise<string[]> {
  const { catalogue } = archive.layout;
  await ensureFolder(catalogue);
  const names = (await readdir(catalogue)).filter((name) => name.startsWith(TEMPORARY_PREFIX));
  for (const name of names) await rm(join(catalogue, name), { recursive: true, force: true });
  return names;
}
