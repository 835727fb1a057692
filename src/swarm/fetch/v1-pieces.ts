import { createHash } from "node:crypto";
import { SHA1_BYTES } from "../../formats/torrent/merkle.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import type { Block } from "./block-ledger.ts";
import type { Proof } from "./proof.ts";

/** Whole pieces of a v1 torrent, which reach over the ends of files, and how they are proved (BEP 3). */
export interface V1Stretch {
  /** The whole stream, as if it were one file. */
  readonly stream: ParsedTorrentFile;
  /** In the stream; the first byte of a piece, and the end of one. */
  readonly startBytes: number;
  readonly endBytes: number;
  /** By the SHA-1 of every piece. */
  readonly proof: Proof;
  /** The pieces whose SHA-1 is another, each with its blocks. */
  readonly findWrong: (
    blocks: readonly Block[],
    read: (block: Block) => Promise<Buffer>,
  ) => Promise<readonly (readonly Block[])[]>;
}

/**
 * The pieces that the bytes from `startBytes` to before `endBytes` of the stream lie in; all of the torrent without them. For torrents
 * that know no v2, and clients that do not: what was signed is proved by `Proof`s of its own.
 */
export function v1Stretch(
  torrent: ParsedTorrent,
  startBytes = 0,
  endBytes: number = Number.POSITIVE_INFINITY,
): V1Stretch {
  const { pieceLengthBytes, files } = torrent;
  const hashes = torrent.piecesV1 ?? Buffer.alloc(0);
  const last = files.at(-1);
  const sizeBytes = (last?.offsetBytes ?? 0) + (last?.sizeBytes ?? 0);
  const first = Math.floor(startBytes / pieceLengthBytes);
  const start = first * pieceLengthBytes;
  const end = Math.min(
    sizeBytes,
    Math.ceil(Math.min(endBytes, sizeBytes) / pieceLengthBytes) * pieceLengthBytes,
  );
  const isRight = (piece: number, sha1: Buffer): boolean =>
    sha1.equals(hashes.subarray(piece * SHA1_BYTES, (piece + 1) * SHA1_BYTES));
  return {
    stream: { path: [torrent.name], sizeBytes, offsetBytes: 0, isPad: false, piecesRoot: null },
    startBytes: start,
    endBytes: end,
    proof: async (chunks) => {
      let piece = first;
      let hash = createHash("sha1");
      let filled = 0;
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) {
          const part = chunk.subarray(at, at + pieceLengthBytes - filled);
          hash.update(part);
          at += part.length;
          filled += part.length;
          if (filled < pieceLengthBytes) continue;
          if (!isRight(piece, hash.digest())) return false;
          piece += 1;
          hash = createHash("sha1");
          filled = 0;
        }
      }
      const isWhole = start + (piece - first) * pieceLengthBytes + filled === end;
      return isWhole && (filled === 0 || isRight(piece, hash.digest()));
    },
    findWrong: async (blocks, read) => {
      const wrong: (readonly Block[])[] = [];
      for (const [piece, members] of byPiece(blocks, pieceLengthBytes)) {
        const hash = createHash("sha1");
        for (const block of members) hash.update(await read(block));
        if (!isRight(piece, hash.digest())) wrong.push(members);
      }
      return wrong;
    },
  };
}

function byPiece(blocks: readonly Block[], pieceLengthBytes: number): ReadonlyMap<number, readonly Block[]> {
  const pieces = new Map<number, Block[]>();
  for (const block of blocks) {
    const piece = Math.floor(block.offsetBytes / pieceLengthBytes);
    const members = pieces.get(piece);
    if (members) members.push(block);
    else pieces.set(piece, [block]);
  }
  return pieces;
}
