import { z } from "zod";
import { openSignedDocument } from "../../core/signed-document.ts";
import { isReleaseName } from "../../release/index.ts";

/** RSS 2.0, beside the feed. */
export const RSS_FILE = "feed.xml";
/** Some 20,000 releases. */
export const MAX_FEED_BYTES: number = 64 * 1024 * 1024;
const MAX_RELEASES = 100_000;

const count = z.int().nonnegative();
const time = z.iso.datetime();
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** By the field names that lists of torrents have widely; `btmh`, `kind` and `sha256` are ours. */
const feedTorrentSchema = z.object({
  kind: z.enum(["hybrid", "v1"]),
  /** Of the `.torrent`, relative to the feed. */
  url: z.string().regex(/^[a-z0-9-]+(\.v1)?\.torrent$/),
  sha256: sha256Hex,
  top_level_group_name: z.string(),
  group_name: z.string(),
  display_name: z.string(),
  added_to_torrents_list_at: time,
  /** Whether it holds descriptions only and no sound. */
  is_metadata: z.boolean(),
  btih: z.string().regex(/^[0-9a-f]{40}$/),
  btmh: sha256Hex.nullable(),
  magnet_link: z.string().max(65_536),
  torrent_size: count,
  num_files: count,
  data_size: count,
  obsolete: z.boolean(),
  embargo: z.boolean(),
  seeders: count.nullable(),
  leechers: count.nullable(),
  stats_scraped_at: time.nullable(),
});

const feedReleaseSchema = z.object({
  name: z.string().refine(isReleaseName, "not the name of a release"),
  group: z.string().max(200),
  created: time,
  sizeBytes: count,
  tracks: count,
  releaseSha256: sha256Hex,
  previous: z.string().nullable(),
  licences: z.array(z.object({ licence: z.string(), tracks: count })).max(10_000),
  state: z.enum(["announced", "initial-seeding", "open", "embargoed", "revoked", "superseded", "unknown"]),
  since: time,
  until: time.nullable(),
  reason: z.string().nullable(),
  supersededBy: z.string().nullable(),
  /** Of `<name>.json`, relative to the feed; null while it is given to nobody. */
  announcement: z
    .string()
    .regex(/^[a-z0-9-]+\.json$/)
    .nullable(),
  /** What was last measured; null: never. */
  health: z
    .object({
      measured: time,
      seeders: count.nullable(),
      leechers: count.nullable(),
      effectiveCopies: count,
      lastSeen: time.nullable(),
      trend: z.int().nullable(),
    })
    .nullable(),
  /** None while it is given to nobody. */
  torrents: z.array(feedTorrentSchema).max(2),
});

const feedSchema = z.object({
  format: z.literal("deadwax-feed/1"),
  archive: z.uuid(),
  title: z.string().max(500),
  created: time,
  /** Copies below which the archive is alarmed. */
  minimumCopies: count,
  releases: z.array(feedReleaseSchema).max(MAX_RELEASES),
});

/** `feed.json`: all releases of an archive, what they hold and what may be done with them; signed. */
export type Feed = z.infer<typeof feedSchema>;
export type FeedRelease = z.infer<typeof feedReleaseSchema>;
export type FeedTorrent = z.infer<typeof feedTorrentSchema>;

export type OpenedFeed =
  | { readonly ok: true; readonly signer: string; readonly feed: Feed }
  | { readonly ok: false; readonly reason: string };

/** Checks signature, form and content of a feed that anybody may have made. */
export function openFeed(bytes: Uint8Array): OpenedFeed {
  const document = openSignedDocument(bytes, MAX_FEED_BYTES);
  if (!document.ok) return document;
  const parsed = feedSchema.safeParse(document.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, reason: `${issue?.path.join(".") || "document"}: ${issue?.message}` };
  }
  const feed = parsed.data;
  const names = new Set(feed.releases.map(({ name }) => name));
  if (names.size < feed.releases.length) return { ok: false, reason: "releases: one stands twice" };
  const stray = feed.releases.find(
    ({ name, announcement }) => announcement !== null && announcement !== `${name}.json`,
  );
  if (stray)
    return { ok: false, reason: `releases: "${stray.announcement}" does not announce "${stray.name}"` };
  return { ok: true, signer: document.signer, feed };
}
