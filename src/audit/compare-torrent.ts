import type { ParsedTorrent } from "../formats/torrent/parse-torrent.ts";
import type { HashedFile } from "../formats/torrent/piece-hasher.ts";
import type { ParsedTorrentFile } from "../formats/torrent/torrent-file-list.ts";
import { V1StreamHasher } from "../formats/torrent/v1-stream-hasher.ts";

/** A file of the bag as it was found. */
export interface FoundFile {
  readonly hashed: HashedFile;
  /** Of the small files, which share pieces with others in the v1 torrent. */
  readonly bytes: Buffer | null;
  /** False when it is not what the release lists: then a torrent cannot be blamed for not fitting it. */
  readonly isSound: boolean;
}

export interface TorrentDifference {
  readonly reason: string;
  /** In the stream of the torrent. */
  readonly piece: number | null;
}

const SHA1_BYTES = 20;

/**
 * Compares a torrent with the bytes of the bag: name, piece length, files with their lengths and roots, and every v1 piece that
 * stands for sound bytes. Null when all agree.
 */
export function torrentDifference(
  torrent: ParsedTorrent,
  name: string,
  pieceLengthBytes: number,
  found: ReadonlyMap<string, FoundFile>,
): TorrentDifference | null {
  const plain = (reason: string): TorrentDifference => ({ reason, piece: null });
  if (torrent.name !== name) return plain(`it is called "${torrent.name}"`);
  if (torrent.layout !== "folder") return plain("it holds one file");
  if (torrent.pieceLengthBytes !== pieceLengthBytes)
    return plain(`its pieces have ${torrent.pieceLengthBytes} bytes`);
  const listed = torrent.files.filter(({ isPad }) => !isPad);
  for (const file of listed) {
    const path = file.path.join("/");
    const there = found.get(path);
    if (!there) return plain(`it holds "${path}", which is no file of the release`);
    if (!there.isSound) continue;
    if (file.sizeBytes !== there.hashed.sizeBytes) return plain(`it gives "${path}" ${file.sizeBytes} bytes`);
    const root = there.hashed.piecesRoot;
    const isRootRight = root === null ? file.piecesRoot === null : file.piecesRoot?.equals(root);
    if (torrent.kind !== "v1" && !isRootRight) return plain(`it has another root for "${path}"`);
  }
  if (listed.length !== found.size)
    return plain(`it holds ${listed.length} files, and the release has ${found.size}`);
  const piece = torrent.piecesV1 && firstWrongPiece(torrent.files, torrent.piecesV1, pieceLengthBytes, found);
  return piece === null ? null : { reason: `piece ${piece} is not that of the bytes`, piece };
}

/** Number of the first v1 piece that stands for sound bytes and has another hash; null when there is none. */
function firstWrongPiece(
  files: readonly ParsedTorrentFile[],
  pieces: Buffer,
  pieceLengthBytes: number,
  found: ReadonlyMap<string, FoundFile>,
): number | null {
  for (const group of groupByPieces(files, pieceLengthBytes)) {
    const expected = piecesOfGroup(group, pieceLengthBytes, found);
    if (expected === null) continue;
    const first = (group[0]?.offsetBytes ?? 0) / pieceLengthBytes;
    for (let index = 0; index * SHA1_BYTES < expected.length; index += 1) {
      const start = (first + index) * SHA1_BYTES;
      const wanted = expected.subarray(index * SHA1_BYTES, (index + 1) * SHA1_BYTES);
      if (!pieces.subarray(start, start + SHA1_BYTES).equals(wanted)) return first + index;
    }
  }
  return null;
}

/** Files in a row that share pieces; each group begins with a piece. */
function groupByPieces(
  files: readonly ParsedTorrentFile[],
  pieceLengthBytes: number,
): readonly (readonly ParsedTorrentFile[])[] {
  const groups: ParsedTorrentFile[][] = [];
  for (const file of files) {
    if (file.offsetBytes % pieceLengthBytes === 0 || groups.length === 0) groups.push([file]);
    else groups.at(-1)?.push(file);
  }
  return groups;
}

/** The v1 pieces of files that share them; null when one of the files is not sound. */
function piecesOfGroup(
  group: readonly ParsedTorrentFile[],
  pieceLengthBytes: number,
  found: ReadonlyMap<string, FoundFile>,
): Buffer | null {
  const hasher = new V1StreamHasher(pieceLengthBytes);
  for (const file of group) {
    if (file.isPad) {
      hasher.update(Buffer.alloc(Math.min(file.sizeBytes, pieceLengthBytes)));
      continue;
    }
    const there = found.get(file.path.join("/"));
    if (!there?.isSound) return null;
    if (there.bytes) hasher.update(there.bytes);
    else if (group.length === 1 && file.sizeBytes % pieceLengthBytes === 0) hasher.addAligned(there.hashed);
    else return null;
  }
  return hasher.finish();
}
