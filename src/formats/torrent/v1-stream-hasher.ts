import { createHash, type Hash } from "node:crypto";
import { requirePieceLength, SHA1_BYTES } from "./merkle.ts";
import type { HashedFile } from "./piece-hasher.ts";

/**
 * The `pieces` of a v1 torrent (BEP 3): SHA-1 over its files as one stream of bytes, without pads. Files that begin and end
 * on a piece boundary are not read again: their piece hashes are those of the file. So put them first and the small,
 * unaligned files behind them.
 */
export class V1StreamHasher {
  private readonly pieceLengthBytes: number;
  private readonly pieces: Buffer[] = [];
  private piece: Hash = createHash("sha1");
  private fillBytes = 0;

  constructor(pieceLengthBytes: number) {
    requirePieceLength(pieceLengthBytes);
    this.pieceLengthBytes = pieceLengthBytes;
  }

  /** Adds a file by the hashes that are known of it. Throws `RangeError` when it does not begin or end with a piece. */
  addAligned(file: Pick<HashedFile, "sizeBytes" | "piecesV1">): void {
    if (this.fillBytes !== 0) throw new RangeError("the file does not begin with a piece");
    if (file.sizeBytes % this.pieceLengthBytes !== 0)
      throw new RangeError("the file does not end with a piece");
    const pieceCount = file.sizeBytes / this.pieceLengthBytes;
    if (file.piecesV1.length !== pieceCount * SHA1_BYTES) {
      throw new RangeError(
        `${file.sizeBytes} bytes have ${pieceCount} pieces, not ${file.piecesV1.length / SHA1_BYTES}`,
      );
    }
    this.pieces.push(file.piecesV1);
  }

  /** Adds the next bytes of the stream. */
  update(chunk: Uint8Array): void {
    let position = 0;
    while (position < chunk.length) {
      const slice = chunk.subarray(position, position + this.pieceLengthBytes - this.fillBytes);
      this.piece.update(slice);
      this.fillBytes += slice.length;
      position += slice.length;
      if (this.fillBytes === this.pieceLengthBytes) this.closePiece();
    }
  }

  /** 20 bytes for each piece; the last one ends with the stream. */
  finish(): Buffer {
    if (this.fillBytes > 0) this.closePiece();
    return Buffer.concat(this.pieces);
  }

  private closePiece(): void {
    this.pieces.push(this.piece.digest());
    this.piece = createHash("sha1");
    this.fillBytes = 0;
  }
}
