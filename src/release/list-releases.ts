import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, namesIn } from "../core/index.ts";
import {
  type Announcement,
  announcementFileName,
  MAX_ANNOUNCEMENT_BYTES,
  type OpenedAnnouncement,
  openOneOfManyAnnouncements,
} from "./announcement.ts";
import { isReleaseName } from "./release-name.ts";

/** A release of an archive, by its announcement. */
export interface ListedRelease {
  readonly name: string;
  readonly folder: string;
  readonly signer: string;
  readonly announcement: Announcement;
}

export interface ReleaseListing {
  /** From the first of the chain to the last; those outside it by the time they were made. */
  readonly releases: readonly ListedRelease[];
  /** Announcements that cannot be read, with the reason. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
  /** Folders without an announcement: unfinished releases, or somebody else's. */
  readonly unannounced: readonly string[];
}

/** The feed of the releases stands among them: no release has its name. */
export const FEED_FILE = "feed.json";
/** Files that are read at the same time. */
const AT_ONCE = 64;

/** The releases of an archive. A release is published when its `<name>.json` is there. */
export function listReleases(archive: Archive): Promise<ReleaseListing> {
  return listReleasesIn(archive.layout.releases);
}

/** The releases that lie in a folder, of whatever archives. */
export async function listReleasesIn(folder: string): Promise<ReleaseListing> {
  const names = new Set(await namesIn(folder));
  const releases: ListedRelease[] = [];
  const broken: { name: string; reason: string }[] = [];
  const unannounced: string[] = [];
  const entries = [...names].sort().filter((entry) => entry !== FEED_FILE && isReleaseName(releaseOf(entry)));
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    const some = entries.slice(first, first + AT_ONCE);
    const contents = await Promise.all(
      some.map((entry) => (entry === releaseOf(entry) ? null : openBounded(join(folder, entry)))),
    );
    some.forEach((entry, index) => {
      const name = releaseOf(entry);
      if (entry === name) {
        if (!names.has(announcementFileName(name))) unannounced.push(name);
        return;
      }
      const opened = contents[index] ?? { ok: false as const, reason: "too large" };
      if (!opened.ok) broken.push({ name, reason: opened.reason });
      else if (opened.announcement.name !== name)
        broken.push({ name, reason: "it announces another release" });
      else releases.push({ name, folder: join(folder, name), ...opened });
    });
  }
  return { releases: inChainOrder(releases), broken, unannounced };
}

function releaseOf(entry: string): string {
  return entry.endsWith(".json") ? entry.slice(0, -".json".length) : entry;
}

/** The last release of the chain, which the next one follows; null when there is none. */
export function latestRelease(listing: ReleaseListing): ListedRelease | null {
  return listing.releases.at(-1) ?? null;
}

/** By time, but never before the release that it follows: a clock may have been set back. */
function inChainOrder(releases: readonly ListedRelease[]): readonly ListedRelease[] {
  const byName = new Map(releases.map((release) => [release.name, release]));
  const depths = new Map<string, number>();
  const depthOf = (release: ListedRelease): number => {
    const path: ListedRelease[] = [];
    let current: ListedRelease | undefined = release;
    while (current && !depths.has(current.name) && !path.includes(current)) {
      path.push(current);
      current = byName.get(current.announcement.previous?.name ?? "");
    }
    let depth = current ? (depths.get(current.name) ?? 0) : 0;
    for (const member of path.reverse()) {
      depth += 1;
      depths.set(member.name, depth);
    }
    return depths.get(release.name) ?? 0;
  };
  return releases.toSorted(
    (a, b) =>
      depthOf(a) - depthOf(b) ||
      compare(a.announcement.created, b.announcement.created) ||
      compare(a.name, b.name),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function openBounded(path: string): Promise<OpenedAnnouncement | null> {
  if ((await stat(path)).size > MAX_ANNOUNCEMENT_BYTES) return null;
  return await openOneOfManyAnnouncements(await readFile(path));
}
