import { join } from "node:path";
import {
  type Archive,
  type Clock,
  type Reporter,
  readSigningKey,
  signDocument,
  systemClock,
  UsageError,
  writeFileAtomic,
} from "../../core/index.ts";
import { FEED_FILE, listReleases, readOwnRelease, readStandings } from "../../release/index.ts";
import { readHealth } from "../health/health-log.ts";
import { type Feed, RSS_FILE } from "./feed-document.ts";
import { planFeed } from "./plan-feed.ts";
import { rssOf } from "./rss.ts";

export interface WriteFeedOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  /** Folder of the releases on the web; null: no RSS, which needs whole addresses. */
  readonly url: string | null;
  readonly clock?: Clock | undefined;
}

/**
 * Writes `feed.json`, signed, and `feed.xml` (RSS 2.0) among the releases, for any web server to give away. Throws `UsageError`
 * when the archive has no release.
 */
export async function writeFeed({
  archive,
  reporter,
  url,
  clock = systemClock,
}: WriteFeedOptions): Promise<{ readonly feed: Feed; readonly files: readonly string[] }> {
  const folder = archive.layout.releases;
  const listing = await listReleases(archive);
  if (listing.releases.length === 0) {
    throw new UsageError("there is no release to list", { hint: "make one: deadwax release create" });
  }
  for (const { name, reason } of listing.broken) reporter.warn(`release "${name}" is not listed: ${reason}`);
  const now = clock.now();
  const standings = await readStandings(folder, listing.releases, now);
  const health = await readHealth(archive);
  const releases = [];
  for (const release of listing.releases) {
    const standing = standings.get(release.name);
    if (standing === undefined) continue;
    const document = await readOwnRelease(archive, release.name);
    releases.push({ release, standing, document, health: health.get(release.name) ?? null });
  }
  const { title, group, minimumCopies } = archive.config.policy.release;
  const feed = planFeed({ archive: archive.config.id, title, group, minimumCopies, now, releases });
  const key = await readSigningKey(archive.layout, archive.config.did);
  const files = [join(folder, FEED_FILE)];
  await writeFileAtomic(join(folder, FEED_FILE), signDocument(jsonOf(feed), key.did, key.privateKey));
  if (url !== null) {
    files.push(join(folder, RSS_FILE));
    await writeFileAtomic(join(folder, RSS_FILE), rssOf(feed, url));
  }
  return { feed, files };
}

/** A feed is plain JSON; its type says so only field by field. */
function jsonOf(feed: Feed): Parameters<typeof signDocument>[0] {
  return { ...feed, releases: feed.releases.map((release) => ({ ...release })) };
}
