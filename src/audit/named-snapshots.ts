import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, systemErrorCode } from "../core/index.ts";
import { listReleases, readOwnRelease } from "../release/index.ts";

/** Tables of recordings have ids of the same form. */
const SNAPSHOT_ID = /"(s-[0-9a-f]{12})"/g;

/**
 * The snapshots and tables of recordings that plans, rights and releases of the archive were made of. Plans and rights are looked through as text,
 * so that a description that cannot be read any more still protects what it names.
 */
export async function namedSnapshots(archive: Archive): Promise<Set<string>> {
  const { plans, rights } = archive.layout;
  const named = new Set<string>();
  for (const [folder, file] of [
    [plans, "plan.json"],
    [rights, "rights.json"],
  ] as const) {
    for (const name of await readIfThere(() => readdir(folder), [])) {
      const text = await readIfThere(() => readFile(join(folder, name, file), "utf8"), "");
      for (const [, id] of text.matchAll(SNAPSHOT_ID)) if (id !== undefined) named.add(id);
    }
  }
  for (const { name } of (await listReleases(archive)).releases) {
    const release = await readOwnRelease(archive, name);
    if (release) named.add(release.snapshot);
  }
  return named;
}

async function readIfThere<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return otherwise;
    throw error;
  }
}
