import { createHash } from "node:crypto";
import { join } from "node:path";
import { MAX_TORRENT_BYTES, type ParsedTorrent, parseTorrent } from "../formats/torrent/parse-torrent.ts";
import { type AnnouncedTorrent, announcementFileName, torrentFileName } from "../release/index.ts";
import { readRegularFile } from "../release/read-regular-file.ts";
import type { Findings } from "./finding.ts";
import type { Documents } from "./read-documents.ts";

export interface ReadTorrent {
  readonly kind: AnnouncedTorrent["kind"];
  readonly file: string;
  readonly torrent: ParsedTorrent;
  /** False when the file is not the one that was announced: what is wrong in it has a reason then. */
  readonly isAsAnnounced: boolean;
}

/** Reads the torrents beside a bag and compares them with what was announced. */
export async function readTorrents(
  folder: string,
  documents: Documents,
  findings: Findings,
): Promise<readonly ReadTorrent[]> {
  const { announcement, isAnnounced, name } = documents;
  const wanted: readonly {
    readonly kind: AnnouncedTorrent["kind"];
    readonly announced: AnnouncedTorrent | null;
  }[] = announcement
    ? announcement.torrents.map((announced) => ({ kind: announced.kind, announced }))
    : [
        { kind: "hybrid", announced: null },
        { kind: "v1", announced: null },
      ];
  const torrents: ReadTorrent[] = [];
  let found = 0;
  for (const { kind, announced } of wanted) {
    const file = torrentFileName(name, kind);
    const read = await readRegularFile(join(folder, file), MAX_TORRENT_BYTES);
    if (!read.ok) {
      if (read.why !== "missing") findings.add("torrent-changed", file, `it ${read.reason}`);
      else if (isAnnounced) findings.add("torrent-missing", file, "it was announced and is not here");
      continue;
    }
    found += 1;
    const sha256 = createHash("sha256").update(read.bytes).digest("hex");
    const isAsAnnounced = announced === null || announced.sha256 === sha256;
    if (!isAsAnnounced)
      findings.add("torrent-changed", file, `it was announced with SHA-256 ${announced.sha256}`);
    const parsed = parseTorrent(read.bytes);
    if (!parsed.ok) {
      if (isAsAnnounced) findings.add("torrent-wrong", file, `it is no torrent: ${parsed.reason}`);
      continue;
    }
    const fault = identityFault(parsed.torrent, kind, announced);
    if (fault !== null && isAsAnnounced) findings.add("torrent-wrong", file, fault);
    torrents.push({ kind, file, torrent: parsed.torrent, isAsAnnounced });
  }
  if (!isAnnounced) {
    const announcement = announcementFileName(name);
    if (found === 0)
      findings.add("bare-bag", announcement, "neither torrents nor an announcement lie beside the bag");
    else
      findings.add(
        "announcement-missing",
        announcement,
        "torrents lie beside the bag, and nothing vouches for them",
      );
  }
  return torrents;
}

function identityFault(
  torrent: ParsedTorrent,
  kind: AnnouncedTorrent["kind"],
  announced: AnnouncedTorrent | null,
): string | null {
  if (torrent.kind !== kind) return `it is a ${torrent.kind} torrent`;
  if (announced === null) return null;
  if (torrent.infohashV1?.toString("hex") !== announced.infohashV1)
    return "its v1 infohash was announced otherwise";
  const infohashV2 = torrent.infohashV2?.toString("hex") ?? null;
  return infohashV2 === announced.infohashV2 ? null : "its v2 infohash was announced otherwise";
}
