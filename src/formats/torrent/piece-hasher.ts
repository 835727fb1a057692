import { createHash, type Hash } from "node:crypto";
import {
  LEAF_BYTES,
  merkleRoot,
  pieceHeight,
  requirePieceLength,
  rootOfPieceLayer,
  SHA256_BYTES,
  sha256Into,
  treeHeight,
} from "./merkle.ts";

/** Everything a torrent and a bag say about the bytes of one file. */
export interface HashedFile {
  readonly sizeBytes: number;
  /** 32 bytes: SHA-256 of the file. */
  readonly sha256: Buffer;
  /** 20 bytes for each piece: SHA-1; the last piece ends with the file. Empty for an empty file. */
  readonly piecesV1: Buffer;
  /** SHA-1 of the last piece with zeros up to the piece length behind it; null when it is full, or the file is empty. */
  readonly paddedLastPieceV1: Buffer | null;
  /** 32 bytes: BEP 52 `pieces root`; null for an empty file. */
  readonly piecesRoot: Buffer | null;
  /** 32 bytes for each piece: BEP 52 piece layer; empty for a file of one piece or less. */
  readonly pieceLayer: Buffer;
}

/** Bytes that go through all three hashes before the next bytes do: they are still in the processor's cache then. */
const SLICE_BYTES = 256 * 1024;
const ZEROS: Buffer = Buffer.alloc(SLICE_BYTES);

/**
 * Hashes a file once for the bag and both kinds of torrent: SHA-256 of the file, SHA-1 of each piece (BEP 3) and the SHA-256
 * tree over 16 KiB leaves (BEP 52). Feed it chunks of any size, the larger the better; a chunk is not kept.
 */
export class PieceHasher {
  private readonly pieceLengthBytes: number;
  private readonly sliceBytes: number;
  private readonly file: Hash = createHash("sha256");
  private piece: Hash = createHash("sha1");
  private readonly piecesV1: Buffer[] = [];
  private readonly layer: Buffer[] = [];
  /** Hashes of the leaves of the piece in progress. */
  private readonly leaves: Buffer;
  private leafCount = 0;
  /** The leaf in progress, when a chunk ended within it. */
  private readonly leaf: Buffer = Buffer.alloc(LEAF_BYTES);
  private leafFill = 0;
  private sizeBytes = 0;
  private isFinished: boolean = false;

  /** Throws `UsageError` when the piece length is not a power of two of at least 16 KiB. */
  constructor(pieceLengthBytes: number) {
    requirePieceLength(pieceLengthBytes);
    this.pieceLengthBytes = pieceLengthBytes;
    this.sliceBytes = Math.min(SLICE_BYTES, pieceLengthBytes);
    this.leaves = Buffer.alloc((pieceLengthBytes / LEAF_BYTES) * SHA256_BYTES);
  }

  update(chunk: Uint8Array): void {
    if (this.isFinished) throw new TypeError("the file is finished already");
    let position = 0;
    while (position < chunk.length) {
      // Slices end at multiples of their size in the file, so that none reaches over the end of a piece.
      const end = position + this.sliceBytes - (this.sizeBytes % this.sliceBytes);
      const slice = chunk.subarray(position, end);
      this.file.update(slice);
      this.piece.update(slice);
      this.hashLeaves(slice);
      this.sizeBytes += slice.length;
      position += slice.length;
      if (this.sizeBytes % this.pieceLengthBytes === 0) this.closePiece();
    }
  }

  /** Ends the file. The hasher cannot be used again. */
  finish(): HashedFile {
    if (this.isFinished) throw new TypeError("the file is finished already");
    this.isFinished = true;
    if (this.leafFill > 0) this.closeLeaf(this.leaf.subarray(0, this.leafFill));
    const paddedLastPieceV1 = this.hashPaddedPiece();
    const isOnePiece = this.sizeBytes <= this.pieceLengthBytes;
    // A file of one piece or less has a tree of its own height only, and no layer.
    const onlyPieceRoot =
      isOnePiece && this.layer.length === 0 ? this.rootOfLeaves(treeHeight(this.leafCount)) : null;
    if (this.sizeBytes % this.pieceLengthBytes !== 0) this.closePiece();
    const layer = Buffer.concat(this.layer);
    return {
      sizeBytes: this.sizeBytes,
      sha256: this.file.digest(),
      piecesV1: Buffer.concat(this.piecesV1),
      paddedLastPieceV1,
      piecesRoot:
        this.sizeBytes === 0 ? null : (onlyPieceRoot ?? rootOfPieceLayer(layer, this.pieceLengthBytes)),
      pieceLayer: isOnePiece ? Buffer.alloc(0) : layer,
    };
  }

  private hashLeaves(slice: Uint8Array): void {
    let position = 0;
    if (this.leafFill > 0) {
      position = Math.min(LEAF_BYTES - this.leafFill, slice.length);
      this.leaf.set(slice.subarray(0, position), this.leafFill);
      this.leafFill += position;
      if (this.leafFill < LEAF_BYTES) return;
      this.closeLeaf(this.leaf);
    }
    for (; position + LEAF_BYTES <= slice.length; position += LEAF_BYTES) {
      this.closeLeaf(slice.subarray(position, position + LEAF_BYTES));
    }
    this.leaf.set(slice.subarray(position));
    this.leafFill = slice.length - position;
  }

  private closeLeaf(bytes: Uint8Array): void {
    sha256Into(this.leaves, this.leafCount * SHA256_BYTES, bytes);
    this.leafCount += 1;
    this.leafFill = 0;
  }

  private closePiece(): void {
    this.piecesV1.push(this.piece.digest());
    this.piece = createHash("sha1");
    this.layer.push(this.rootOfLeaves(pieceHeight(this.pieceLengthBytes)));
    this.leafCount = 0;
  }

  private rootOfLeaves(height: number): Buffer {
    return merkleRoot(this.leaves.subarray(0, this.leafCount * SHA256_BYTES), height);
  }

  private hashPaddedPiece(): Buffer | null {
    const fillBytes = this.sizeBytes % this.pieceLengthBytes;
    if (fillBytes === 0) return null;
    const padded = this.piece.copy();
    for (let missing = this.pieceLengthBytes - fillBytes; missing > 0; missing -= ZEROS.length) {
      padded.update(ZEROS.subarray(0, missing));
    }
    return padded.digest();
  }
}

/** The same for a file that is in memory. */
export function hashFileBytes(bytes: Uint8Array, pieceLengthBytes: number): HashedFile {
  const hasher = new PieceHasher(pieceLengthBytes);
  hasher.update(bytes);
  return hasher.finish();
}
