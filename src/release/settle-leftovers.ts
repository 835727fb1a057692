import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, type Reporter, type SigningKey, TEMPORARY_PREFIX } from "../core/index.ts";
import { finishRelease } from "./finish-release.ts";
import { listReleases } from "./list-releases.ts";
import type { TorrentLinks } from "./release-torrents.ts";

/** Removes what a killed run left half built, and publishes what it left whole. Returns the names of the latter. */
export async function settleLeftovers(
  archive: Archive,
  key: SigningKey,
  links: TorrentLinks,
  reporter: Reporter,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const folder = archive.layout.releases;
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(TEMPORARY_PREFIX)) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
    reporter.note(`removed "${entry}", which an interrupted run left behind`);
  }
  const finished: string[] = [];
  for (const name of (await listReleases(archive)).unannounced) {
    if (await finishRelease({ archive, key, name, links, signal })) {
      finished.push(name);
      reporter.note(`published the release "${name}", which an interrupted run left without its torrents`);
    } else {
      reporter.warn(`"${name}" in the releases is no release of this archive: left as it is`);
    }
  }
  return finished;
}
