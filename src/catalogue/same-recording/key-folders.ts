import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { namesIn, systemClock } from "../../core/index.ts";

/** Folders in `.scratch/` in which fingerprints and their keys lie while they are compared. */
const PREFIX = "duplicates-";
/** Of a run that does not hold the lock of the archive. */
const DRY_PREFIX = `${PREFIX}dry-`;
const DAY_MS = 86_400_000;

/** A new, empty folder. A run that holds the lock removes what killed ones left. */
export async function makeKeyFolder(scratch: string, dryRun: boolean): Promise<string> {
  await mkdir(scratch, { recursive: true });
  if (!dryRun) {
    for (const name of await abandonedKeyFolders(scratch)) {
      await rm(join(scratch, name), { recursive: true, force: true });
    }
  }
  return await mkdtemp(join(scratch, dryRun ? DRY_PREFIX : PREFIX));
}

/**
 * The names of those that killed runs left; the caller holds the lock. Dry runs may be at work all the same: theirs are
 * left when they are a day old.
 */
export async function abandonedKeyFolders(scratch: string): Promise<string[]> {
  const abandoned: string[] = [];
  for (const name of await namesIn(scratch)) {
    if (!name.startsWith(PREFIX)) continue;
    if (!name.startsWith(DRY_PREFIX) || (await isOld(join(scratch, name)))) abandoned.push(name);
  }
  return abandoned;
}

async function isOld(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path);
  return systemClock.now().getTime() - mtimeMs > DAY_MS;
}
