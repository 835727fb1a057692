import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEAF_BYTES, merkleRoot, treeHeight } from "./merkle.ts";
import { hashFileBytes, PieceHasher } from "./piece-hasher.ts";

const PIECE = 4 * LEAF_BYTES;

function digest(algorithm: "sha1" | "sha256", bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function cut(bytes: Buffer, sizeBytes: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / sizeBytes) }, (_unused, index) =>
    bytes.subarray(index * sizeBytes, (index + 1) * sizeBytes),
  );
}

function noise(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let index = 0; index < sizeBytes; index += 1)
    bytes[index] = (Math.imul(index, 2654435761) >>> 13) & 255;
  return bytes;
}

/** The same, each hash on its own, straight from the definitions. */
function plainly(bytes: Buffer): Record<string, unknown> {
  const pieces = cut(bytes, PIECE);
  const leafHashes = cut(bytes, LEAF_BYTES).map((leaf) => digest("sha256", leaf));
  const last = pieces[pieces.length - 1];
  const isShort = last !== undefined && last.length < PIECE;
  return {
    sizeBytes: bytes.length,
    sha256: digest("sha256", bytes),
    piecesV1: Buffer.concat(pieces.map((piece) => digest("sha1", piece))),
    paddedLastPieceV1: isShort
      ? digest("sha1", Buffer.concat([last, Buffer.alloc(PIECE - last.length)]))
      : null,
    piecesRoot:
      bytes.length === 0 ? null : merkleRoot(Buffer.concat(leafHashes), treeHeight(leafHashes.length)),
    pieceLayer:
      pieces.length < 2
        ? Buffer.alloc(0)
        : Buffer.concat(
            pieces.map((piece) =>
              merkleRoot(Buffer.concat(cut(piece, LEAF_BYTES).map((leaf) => digest("sha256", leaf))), 2),
            ),
          ),
  };
}

const SIZES = [
  0,
  1,
  LEAF_BYTES - 1,
  LEAF_BYTES,
  LEAF_BYTES + 1,
  PIECE - 1,
  PIECE,
  PIECE + 1,
  2 * PIECE,
  5 * PIECE + 7,
];

describe("PieceHasher", () => {
  test.each(SIZES)("hashes %d bytes as the definitions say", (sizeBytes) => {
    expect(hashFileBytes(noise(sizeBytes), PIECE)).toEqual(plainly(noise(sizeBytes)));
  });

  test("gives the same however the bytes are cut into chunks", () => {
    const sizes = fc.oneof(fc.constantFrom(...SIZES), fc.integer({ min: 0, max: 6 * PIECE }));
    const chunkSizes = fc.array(fc.oneof(fc.nat(100), fc.nat(LEAF_BYTES + 1), fc.nat(2 * PIECE)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, chunkSizes, (sizeBytes, chunks) => {
        const bytes = noise(sizeBytes);
        const hasher = new PieceHasher(PIECE);
        let position = 0;
        for (const chunk of chunks) {
          hasher.update(bytes.subarray(position, position + chunk));
          position += chunk;
        }
        hasher.update(bytes.subarray(position));
        expect(hasher.finish()).toEqual(hashFileBytes(bytes, PIECE));
      }),
    );
  });

  test("keeps no chunk: the caller may fill its buffer again", () => {
    const buffer = Buffer.alloc(1000, 1);
    const hasher = new PieceHasher(PIECE);
    hasher.update(buffer);
    buffer.fill(2);
    hasher.update(buffer);
    const bytes = Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(1000, 2)]);
    expect(hasher.finish()).toEqual(hashFileBytes(bytes, PIECE));
  });

  test("pieces larger than the slices that it hashes at a time", () => {
    const pieceLengthBytes = 1024 * 1024;
    const bytes = noise(2 * pieceLengthBytes + 300_001);
    const { piecesV1, pieceLayer, sha256 } = hashFileBytes(bytes, pieceLengthBytes);
    expect(piecesV1).toEqual(
      Buffer.concat(cut(bytes, pieceLengthBytes).map((piece) => digest("sha1", piece))),
    );
    expect(sha256).toEqual(digest("sha256", bytes));
    expect(pieceLayer.length).toBe(3 * 32);
  });

  test("pieces of one leaf have the leaves as their layer", () => {
    const bytes = noise(2 * LEAF_BYTES + 1);
    const leaves = Buffer.concat(cut(bytes, LEAF_BYTES).map((leaf) => digest("sha256", leaf)));
    expect(hashFileBytes(bytes, LEAF_BYTES).pieceLayer).toEqual(leaves);
  });

  test("any byte that changes, changes every hash of the file", () => {
    const bytes = noise(2 * PIECE + 5);
    const before = hashFileBytes(bytes, PIECE);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ change;
        const after = hashFileBytes(changed, PIECE);
        for (const key of ["sha256", "piecesV1", "piecesRoot", "pieceLayer"] as const) {
          expect(after[key]).not.toEqual(before[key]);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("cannot be used once the file is finished", () => {
    const hasher = new PieceHasher(PIECE);
    hasher.finish();
    expect(() => hasher.update(Buffer.alloc(1))).toThrow("finished");
    expect(() => hasher.finish()).toThrow("finished");
  });

  test("refuses a piece length that is none", () => {
    expect(() => new PieceHasher(1000)).toThrow("is not a piece length");
  });
});
