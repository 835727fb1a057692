import { hash } from "node:crypto";
import { UsageError } from "../../core/errors.ts";

/** BEP 52: a leaf of the tree is the SHA-256 of at most this many bytes. */
export const LEAF_BYTES = 16 * 1024;
export const SHA1_BYTES = 20;
export const SHA256_BYTES = 32;
/** Beyond this no client of our knowledge loads a torrent; BEP 52 itself sets no upper end. */
export const MAX_PIECE_LENGTH_BYTES: number = 256 * 1024 * 1024;

/** BEP 52: a piece is a power of two of at least 16 KiB. */
export function isPieceLength(pieceLengthBytes: number): boolean {
  return (
    pieceLengthBytes >= LEAF_BYTES &&
    pieceLengthBytes <= MAX_PIECE_LENGTH_BYTES &&
    Number.isInteger(Math.log2(pieceLengthBytes))
  );
}

/** Throws `UsageError` for a piece length that BEP 52 does not have. */
export function requirePieceLength(pieceLengthBytes: number): void {
  if (isPieceLength(pieceLengthBytes)) return;
  throw new UsageError(`${pieceLengthBytes} is not a piece length`, {
    hint: `it is a power of two between ${LEAF_BYTES} and ${MAX_PIECE_LENGTH_BYTES} bytes`,
  });
}

/** Smallest height of a binary tree with room for `count` nodes at its foot. */
export function treeHeight(count: number): number {
  let height = 0;
  while (2 ** height < count) height += 1;
  return height;
}

/** Height of the tree under one whole piece: 0 for 16 KiB, 8 for 4 MiB. */
export function pieceHeight(pieceLengthBytes: number): number {
  return Math.log2(pieceLengthBytes / LEAF_BYTES);
}

/**
 * Root of the tree of `height` levels over `nodes` (32 bytes each, from left to right), which themselves stand
 * `footHeight` levels above the leaves. Missing nodes are what a tree of missing leaves has there; a missing leaf is 32
 * zero bytes (BEP 52). `nodes` is left as it is.
 */
export function merkleRoot(nodes: Buffer, height: number, footHeight = 0): Buffer {
  let count = nodes.length / SHA256_BYTES;
  if (count > 2 ** height) throw new RangeError(`${count} nodes do not fit a tree of height ${height}`);
  if (count === 0) return missingRoot(footHeight + height);
  const row = Buffer.alloc(nodes.length + SHA256_BYTES);
  nodes.copy(row);
  for (let level = 0; level < height; level += 1) {
    if (count % 2 === 1) {
      missingRoot(footHeight + level).copy(row, count * SHA256_BYTES);
      count += 1;
    }
    count /= 2;
    for (let index = 0; index < count; index += 1) {
      const pair = row.subarray(index * 2 * SHA256_BYTES, (index + 1) * 2 * SHA256_BYTES);
      sha256Into(row, index * SHA256_BYTES, pair);
    }
  }
  return Buffer.from(row.subarray(0, SHA256_BYTES));
}

/**
 * All layers of the tree of `height` levels over `nodes`, from `nodes` itself (filled up to an even count) to the root; see
 * `merkleRoot`. The layer of level l holds the ceil(count / 2^l) nodes that have something below them, and one missing node
 * more where that count is odd.
 */
export function merkleLayers(nodes: Buffer, height: number, footHeight = 0): readonly Buffer[] {
  const layers: Buffer[] = [];
  let row = nodes;
  for (let level = 0; level < height; level += 1) {
    if ((row.length / SHA256_BYTES) % 2 === 1) row = Buffer.concat([row, missingRoot(footHeight + level)]);
    layers.push(row);
    const above = Buffer.allocUnsafe(row.length / 2);
    for (let offset = 0; offset < above.length; offset += SHA256_BYTES) {
      sha256Into(above, offset, row.subarray(2 * offset, 2 * (offset + SHA256_BYTES)));
    }
    row = above;
  }
  layers.push(row);
  return layers;
}

/**
 * Where the path from `nodes` up through `uncles` ends (BEP 52): `nodes` are 2^n neighbours at a multiple `index` of their
 * count in a layer, `uncles` the siblings of what they add up to, from below. Equal to the file's root, it proves the nodes.
 */
export function climbToRoot(nodes: Buffer, index: number, uncles: Buffer): Buffer {
  const count = nodes.length / SHA256_BYTES;
  let node = merkleRoot(nodes, treeHeight(count));
  let place = index / count;
  for (let offset = 0; offset < uncles.length; offset += SHA256_BYTES) {
    const uncle = uncles.subarray(offset, offset + SHA256_BYTES);
    node = merkleRoot(Buffer.concat(place % 2 === 0 ? [node, uncle] : [uncle, node]), 1);
    place = Math.floor(place / 2);
  }
  return node;
}

/** The `pieces root` of a file of more than one piece, from its piece layer (BEP 52). */
export function rootOfPieceLayer(pieceLayer: Buffer, pieceLengthBytes: number): Buffer {
  const count = pieceLayer.length / SHA256_BYTES;
  return merkleRoot(pieceLayer, treeHeight(count), pieceHeight(pieceLengthBytes));
}

/**
 * Writes the SHA-256 of `bytes` at `target[offset]`. A digest handed over as a string of one byte per character costs half
 * of what one in a Buffer of its own does, and there are two of them for every 16 KiB of an archive.
 */
export function sha256Into(target: Buffer, offset: number, bytes: Uint8Array): void {
  target.write(hash("sha256", bytes, "binary"), offset, SHA256_BYTES, "latin1");
}

const missingRoots: Buffer[] = [Buffer.alloc(SHA256_BYTES)];

/** Root of a tree of `height` levels over leaves that are not there (BEP 52). */
export function missingRoot(height: number): Buffer {
  let top = missingRoots[missingRoots.length - 1] ?? Buffer.alloc(SHA256_BYTES);
  while (missingRoots.length <= height) {
    const next = Buffer.alloc(SHA256_BYTES);
    sha256Into(next, 0, Buffer.concat([top, top]));
    missingRoots.push(next);
    top = next;
  }
  return missingRoots[height] ?? top;
}
