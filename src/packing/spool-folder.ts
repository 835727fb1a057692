import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, ensureFolder } from "../core/index.ts";

const PREFIX = "pack-";

/**
 * A folder for the spool files of one run. Those of dead runs are removed first: the caller holds the archive's lock, so
 * no other run is alive.
 */
export async function makeSpoolFolder(archive: Archive): Promise<string> {
  const { scratch } = archive.layout;
  await ensureFolder(scratch);
  for (const name of await readdir(scratch)) {
    if (name.startsWith(PREFIX)) await rm(join(scratch, name), { recursive: true, force: true });
  }
  const folder = join(scratch, `${PREFIX}${randomBytes(6).toString("hex")}`);
  await ensureFolder(folder);
  return folder;
}
