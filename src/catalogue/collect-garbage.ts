import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, namesIn, TEMPORARY_PREFIX } from "../core/index.ts";
import { abandonedKeyFolders } from "./same-recording/key-folders.ts";
import { type OldRecordings, oldRecordings } from "./same-recording/old-recordings.ts";
import { listSnapshots, type SnapshotListing } from "./store/list-snapshots.ts";

export interface GarbagePlan {
  /** Snapshots to be removed, oldest first, with the bytes that only they hold. */
  readonly snapshots: readonly { readonly id: string; readonly ownBytes: number }[];
  /** Those that would be old enough, but are named by a plan, by rights or by a release. */
  readonly named: readonly string[];
  readonly kept: readonly string[];
  /** Folders of builds that were killed, in `catalogue/`, and spilled rows and fingerprints in `.scratch/`. */
  readonly temporaries: readonly string[];
  readonly spills: readonly string[];
  /** Files in `recordings/`: old tables of what sounds the same, and what killed comparisons left. */
  readonly recordings: readonly OldRecordings[];
}

export interface GarbageOptions {
  readonly archive: Archive;
  /** How many of the newest snapshots stay, the current one among them; 1 at least. */
  readonly keep: number;
  /** Snapshots and tables of recordings that something else in the archive names. */
  readonly named: ReadonlySet<string>;
}

/** What `collectGarbage` would remove. */
export async function planGarbage({ archive, keep, named }: GarbageOptions): Promise<GarbagePlan> {
  const { catalogue, scratch } = archive.layout;
  const snapshots = await listSnapshots(archive);
  const spilled = (await namesIn(scratch)).filter((name) => name.startsWith("duckdb_temp_"));
  return {
    ...chooseSnapshots(snapshots, keep, named),
    temporaries: (await namesIn(catalogue)).filter((name) => name.startsWith(TEMPORARY_PREFIX)),
    spills: [...spilled, ...(await abandonedKeyFolders(scratch))],
    recordings: await oldRecordings(archive, named),
  };
}

/** Which snapshots stay: the current one, the newest, and those that are named. `snapshots` are oldest first. */
export function chooseSnapshots(
  snapshots: readonly SnapshotListing[],
  keep: number,
  named: ReadonlySet<string>,
): Pick<GarbagePlan, "snapshots" | "named" | "kept"> {
  const current = snapshots.filter(({ isCurrent }) => isCurrent);
  const others = snapshots.filter(({ isCurrent }) => !isCurrent);
  const newest = others.slice(Math.max(0, others.length - (Math.max(1, keep) - current.length)));
  const kept = new Set([...current, ...newest].map(({ id }) => id));
  const old = snapshots.filter(({ id }) => !kept.has(id));
  return {
    snapshots: old.filter(({ id }) => !named.has(id)).map(({ id, ownBytes }) => ({ id, ownBytes })),
    named: old.filter(({ id }) => named.has(id)).map(({ id }) => id),
    kept: [...kept],
  };
}

/** Removes what `planGarbage` says; the caller holds the archive's lock. */
export async function collectGarbage(options: GarbageOptions): Promise<GarbagePlan> {
  const { catalogue, recordings, scratch } = options.archive.layout;
  const plan = await planGarbage(options);
  for (const name of plan.temporaries) await remove(join(catalogue, name));
  for (const name of plan.spills) await remove(join(scratch, name));
  for (const { file } of plan.recordings) await remove(join(recordings, file));
  for (const { id } of plan.snapshots) {
    // Under its name a folder is whole: it loses that first.
    const leaving = join(catalogue, `${TEMPORARY_PREFIX}removed-${id}`);
    await rename(join(catalogue, id), leaving);
    await remove(leaving);
  }
  return plan;
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
