import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { announcementFileName } from "./announcement.ts";
import { PAYLOAD_FOLDER, RELEASE_DOCUMENT } from "./release-document.ts";
import { isReleaseName } from "./release-name.ts";

export interface ReleaseLocation {
  /** Folder that holds the bag, its torrents and its announcement. */
  readonly folder: string;
  /** Name of the bag's folder, which is the name of the release unless somebody renamed it. */
  readonly bagName: string;
}

const HINT = "name the folder of a release, its <name>.json, or a folder that holds one release";

/**
 * Finds the release that a path means: the bag itself, the `<name>.json` beside it, or a folder that holds exactly one bag.
 * Throws `UsageError` when it means none or several.
 */
export async function locateRelease(path: string): Promise<ReleaseLocation> {
  const absolute = resolve(path);
  const kind = await kindOf(absolute);
  if (kind === "file") return locateByAnnouncement(absolute);
  if (kind === null) throw new UsageError(`there is nothing at "${path}"`, { hint: HINT });
  const names = await readdir(absolute);
  if (looksLikeBag(names)) return { folder: dirname(absolute), bagName: basename(absolute) };
  const bags = await bagsAmong(absolute, names);
  const [only] = bags;
  if (only !== undefined && bags.length === 1) return { folder: absolute, bagName: only };
  throw new UsageError(
    bags.length === 0
      ? `there is no release in "${path}"`
      : `there are ${bags.length} releases in "${path}": ${bags.slice(0, 10).join(", ")}`,
    { hint: HINT },
  );
}

async function locateByAnnouncement(path: string): Promise<ReleaseLocation> {
  const folder = dirname(path);
  const bagName = basename(path, ".json");
  if (basename(path) === announcementFileName(bagName) && isReleaseName(bagName)) return { folder, bagName };
  throw new UsageError(`"${path}" is not the announcement of a release`, { hint: HINT });
}

async function bagsAmong(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const bags: string[] = [];
  for (const name of names.filter(isReleaseName).sort()) {
    const inside = (await kindOf(join(folder, name))) === "folder" ? await readdir(join(folder, name)) : [];
    if (looksLikeBag(inside)) bags.push(name);
  }
  return bags;
}

function looksLikeBag(names: readonly string[]): boolean {
  return names.includes(RELEASE_DOCUMENT) || (names.includes("bagit.txt") && names.includes(PAYLOAD_FOLDER));
}

async function kindOf(path: string): Promise<"file" | "folder" | null> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return "folder";
    return status.isFile() ? "file" : null;
  } catch {
    return null;
  }
}
