import { createHash } from "node:crypto";
import { FailedError, IntegrityError } from "../../core/index.ts";
import { MAX_TORRENT_BYTES, type ParsedTorrent, parseTorrent } from "../../formats/torrent/parse-torrent.ts";
import {
  type AnnouncedTorrent,
  type Announcement,
  MAX_ANNOUNCEMENT_BYTES,
  openAnnouncement,
} from "../../release/index.ts";
import type { FeedRelease } from "../feed/feed-document.ts";
import type { FeedPlace } from "./read-feed.ts";

/** A release as it is announced beside its feed, proved by the feed's signer. */
export interface AnnouncedRelease {
  readonly announcement: Announcement;
  readonly announcementBytes: Buffer;
  readonly hybrid: ParsedTorrent;
  readonly hybridBytes: Buffer;
  /** The v1 torrent of the same files; null: there is none. */
  readonly v1: ParsedTorrent | null;
  /** Every `.torrent` as it stands, by its file name. */
  readonly torrents: readonly { readonly torrent: AnnouncedTorrent; readonly bytes: Buffer }[];
}

/**
 * Reads the announcement of a release and its torrents from beside the feed. Throws `IntegrityError` for what the feed's signer did not
 * sign, `FailedError` for what cannot be had.
 */
export async function readAnnouncedRelease(
  place: FeedPlace,
  release: FeedRelease,
  signer: string,
  signal?: AbortSignal,
): Promise<AnnouncedRelease> {
  const { name } = release;
  if (release.announcement === null) throw new FailedError(`"${name}" is given to nobody: ${release.state}`);
  const announcementBytes = await place.read(release.announcement, MAX_ANNOUNCEMENT_BYTES, signal);
  const opened = openAnnouncement(announcementBytes);
  if (!opened.ok) throw new IntegrityError(`the announcement of "${name}" does not hold: ${opened.reason}`);
  const { announcement } = opened;
  const isIt = announcement.name === name && announcement.releaseSha256 === release.releaseSha256;
  if (opened.signer !== signer || !isIt) {
    throw new IntegrityError(`the announcement of "${name}" is not the one that the feed means`);
  }
  const torrents = [];
  for (const torrent of announcement.torrents) {
    const bytes = await place.read(torrent.file, MAX_TORRENT_BYTES, signal);
    if (createHash("sha256").update(bytes).digest("hex") !== torrent.sha256) {
      throw new IntegrityError(`"${torrent.file}" is not the torrent that was announced`);
    }
    torrents.push({ torrent, bytes });
  }
  const hybrid = torrents.find(({ torrent }) => torrent.kind === "hybrid");
  const parsed = hybrid && parseTorrent(hybrid.bytes);
  if (!hybrid || !parsed?.ok || parsed.torrent.name !== name) {
    throw new IntegrityError(
      `"${name}" has no hybrid torrent: ${parsed && !parsed.ok ? parsed.reason : "none"}`,
    );
  }
  const v1Bytes = torrents.find(({ torrent }) => torrent.kind === "v1")?.bytes;
  const v1 = v1Bytes ? parseTorrent(v1Bytes) : null;
  if (v1 && !v1.ok) throw new IntegrityError(`the v1 torrent of "${name}" is none: ${v1.reason}`);
  return {
    v1: v1?.torrent ?? null,
    announcement,
    announcementBytes,
    hybrid: parsed.torrent,
    hybridBytes: hybrid.bytes,
    torrents,
  };
}
