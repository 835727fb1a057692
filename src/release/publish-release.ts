import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Archive, type SigningKey, signDocument, writeFileAtomic } from "../core/index.ts";
import { type AnnouncedTorrent, announcementFileName, torrentFileName } from "./announcement.ts";
import type { BagFile } from "./bag-file.ts";
import { RELEASE_DOCUMENT, type ReleaseDocument } from "./release-document.ts";
import { buildReleaseTorrents, type TorrentLinks } from "./release-torrents.ts";

export interface PublishOptions {
  readonly archive: Archive;
  readonly key: SigningKey;
  readonly release: Pick<ReleaseDocument, "name" | "created" | "previous" | "pieceLengthBytes" | "tracks">;
  /** Every file of the bag, which stands under its own name already. */
  readonly files: readonly BagFile[];
  readonly links: TorrentLinks;
}

export interface PublishedRelease {
  readonly releaseSha256: string;
  readonly sizeBytes: number;
  readonly torrents: readonly AnnouncedTorrent[];
}

/**
 * Writes the torrents of a bag beside it, and its announcement last: from then on the release is out. The same bag, links and
 * key always give the same bytes, so a publication that was interrupted is simply done again.
 */
export async function publishRelease(options: PublishOptions): Promise<PublishedRelease> {
  const { archive, key, release, files, links } = options;
  const folder = archive.layout.releases;
  const torrents: AnnouncedTorrent[] = [];
  for (const torrent of buildReleaseTorrents(release.name, release.pieceLengthBytes, files, links)) {
    const file = torrentFileName(release.name, torrent.kind);
    await writeFileAtomic(join(folder, file), torrent.bytes);
    torrents.push({
      kind: torrent.kind,
      file,
      sizeBytes: torrent.bytes.length,
      sha256: createHash("sha256").update(torrent.bytes).digest("hex"),
      infohashV1: torrent.infohashV1,
      infohashV2: torrent.infohashV2,
      magnet: torrent.magnet,
    });
  }
  const document = files.find(({ path }) => path === RELEASE_DOCUMENT);
  const published: PublishedRelease = {
    releaseSha256: document?.hashed.sha256.toString("hex") ?? "",
    sizeBytes: files.reduce((sum, { hashed }) => sum + hashed.sizeBytes, 0),
    torrents,
  };
  const announcement = {
    format: "deadwax-announcement/1",
    name: release.name,
    created: release.created,
    archive: archive.config.id,
    releaseSha256: published.releaseSha256,
    previous: release.previous,
    sizeBytes: published.sizeBytes,
    tracks: release.tracks.released,
    torrents: torrents.map((torrent) => ({ ...torrent })),
  };
  await writeFileAtomic(
    join(folder, announcementFileName(release.name)),
    signDocument(announcement, key.did, key.privateKey),
  );
  return published;
}
