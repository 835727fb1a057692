import { DEADWAX_VERSION } from "../core/version.ts";
import { buildHybridInfo } from "../formats/torrent/hybrid-info.ts";
import { buildV1Info, type TorrentInfo } from "../formats/torrent/info-dictionary.ts";
import { magnetLink } from "../formats/torrent/magnet.ts";
import { buildTorrentFile } from "../formats/torrent/torrent-file.ts";
import { V1StreamHasher } from "../formats/torrent/v1-stream-hasher.ts";
import { type BagFile, sortByPath } from "./bag-file.ts";

export interface TorrentLinks {
  /** URLs of trackers, in the order to try them. */
  readonly announce: readonly string[];
  /** URLs of folders that hold the bag (BEP 19), each ending in `/`. */
  readonly webSeeds: readonly string[];
}

export interface ReleaseTorrent {
  readonly kind: "hybrid" | "v1";
  readonly bytes: Buffer;
  readonly infohashV1: string;
  readonly infohashV2: string | null;
  readonly magnet: string;
}

/**
 * Both torrents of a bag, from hashes that are known. The hybrid holds the files bytewise by path, with a pad after each that
 * does not fill its last piece. The v1 torrent has no pads: it begins with the files that fill whole pieces, so that their
 * piece hashes are those of the files, and ends with the small ones.
 */
export function buildReleaseTorrents(
  name: string,
  pieceLengthBytes: number,
  files: readonly BagFile[],
  links: TorrentLinks,
): readonly [ReleaseTorrent, ReleaseTorrent] {
  const sizeBytes = files.reduce((sum, file) => sum + file.hashed.sizeBytes, 0);
  const wrap = (kind: ReleaseTorrent["kind"], info: TorrentInfo): ReleaseTorrent => ({
    kind,
    bytes: buildTorrentFile(info, {
      announce: links.announce,
      urlList: links.webSeeds,
      createdBy: `deadwax ${DEADWAX_VERSION}`,
    }),
    infohashV1: info.infohashV1.toString("hex"),
    infohashV2: info.infohashV2?.toString("hex") ?? null,
    magnet: magnetLink({
      infohashV1: info.infohashV1,
      infohashV2: info.infohashV2,
      name,
      sizeBytes,
      announce: links.announce,
      urlList: links.webSeeds,
    }),
  });
  return [
    wrap("hybrid", hybridInfo(name, pieceLengthBytes, files)),
    wrap("v1", v1Info(name, pieceLengthBytes, files)),
  ];
}

function hybridInfo(name: string, pieceLengthBytes: number, files: readonly BagFile[]): TorrentInfo {
  const hybridFiles = files.map(({ path, hashed }) => ({ ...hashed, path: path.split("/") }));
  return buildHybridInfo({ name, pieceLengthBytes, files: hybridFiles });
}

function v1Info(name: string, pieceLengthBytes: number, files: readonly BagFile[]): TorrentInfo {
  const ordered = orderForV1(files);
  const hasher = new V1StreamHasher(pieceLengthBytes);
  for (const { hashed, bytes } of ordered) {
    if (bytes === null) hasher.addAligned(hashed);
    else hasher.update(bytes);
  }
  return buildV1Info({
    name,
    pieceLengthBytes,
    files: ordered.map(({ path, hashed }) => ({ path: path.split("/"), sizeBytes: hashed.sizeBytes })),
    pieces: hasher.finish(),
  });
}

/** Files that fill whole pieces first, then the small ones, both bytewise by path. */
function orderForV1(files: readonly BagFile[]): readonly BagFile[] {
  const sorted = sortByPath(files);
  return [...sorted.filter(({ bytes }) => bytes === null), ...sorted.filter(({ bytes }) => bytes !== null)];
}
