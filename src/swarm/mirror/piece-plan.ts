import {
  LEAF_BYTES,
  merkleRoot,
  pieceHeight,
  SHA256_BYTES,
  sha256Into,
  treeHeight,
} from "../../formats/torrent/merkle.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";

/** A piece of one file of a hybrid torrent (BEP 52: no piece reaches over two files), and what proves it. */
export interface PlannedPiece {
  /** Its place in the list of pieces; pads have none. */
  readonly index: number;
  /** Index of its file in the torrent. */
  readonly file: number;
  readonly offsetInFileBytes: number;
  /** In the torrent's stream; a multiple of the piece length. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Root of the tree over its leaves, `height` levels high. */
  readonly root: Buffer;
  readonly height: number;
}

/** All pieces of a torrent that has its piece layers: files of one piece first, then the others in the order of the stream. */
export function planPieces(torrent: ParsedTorrent): readonly PlannedPiece[] {
  const { pieceLengthBytes } = torrent;
  const drafts: Omit<PlannedPiece, "index">[] = [];
  torrent.files.forEach(({ sizeBytes, offsetBytes, isPad, piecesRoot }, file) => {
    if (isPad || piecesRoot === null) return;
    const layer = torrent.pieceLayers.get(piecesRoot.toString("hex"));
    for (let start = 0; start < sizeBytes; start += pieceLengthBytes) {
      const lengthBytes = Math.min(pieceLengthBytes, sizeBytes - start);
      const at = (start / pieceLengthBytes) * SHA256_BYTES;
      const isSmall = sizeBytes <= pieceLengthBytes;
      drafts.push({
        file,
        offsetInFileBytes: start,
        offsetBytes: offsetBytes + start,
        lengthBytes,
        root: isSmall ? piecesRoot : (layer?.subarray(at, at + SHA256_BYTES) ?? Buffer.alloc(0)),
        height: isSmall ? treeHeight(Math.ceil(sizeBytes / LEAF_BYTES)) : pieceHeight(pieceLengthBytes),
      });
    }
  });
  const sizeOf = (file: number): number => torrent.files[file]?.sizeBytes ?? 0;
  const isLarge = ({ file }: { readonly file: number }): number => (sizeOf(file) > pieceLengthBytes ? 1 : 0);
  return drafts
    .toSorted((a, b) => isLarge(a) - isLarge(b) || a.offsetBytes - b.offsetBytes)
    .map((draft, index) => ({ index, ...draft }));
}

/** Whether these are the bytes of the piece. */
export function isRightPiece({ root, height }: PlannedPiece, bytes: Buffer): boolean {
  const leaves = Buffer.allocUnsafe(Math.ceil(bytes.length / LEAF_BYTES) * SHA256_BYTES);
  for (let leaf = 0; leaf * LEAF_BYTES < bytes.length; leaf += 1) {
    sha256Into(leaves, leaf * SHA256_BYTES, bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES));
  }
  return merkleRoot(leaves, height).equals(root);
}
