import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEAF_BYTES } from "./merkle.ts";
import { hashFileBytes } from "./piece-hasher.ts";
import { V1StreamHasher } from "./v1-stream-hasher.ts";

const PIECE = LEAF_BYTES;

function piecesOf(stream: Buffer): string {
  let hex = "";
  for (let start = 0; start < stream.length; start += PIECE) {
    hex += createHash("sha1")
      .update(stream.subarray(start, start + PIECE))
      .digest("hex");
  }
  return hex;
}

describe("V1StreamHasher", () => {
  test("no bytes have no pieces", () => {
    expect(new V1StreamHasher(PIECE).finish().length).toBe(0);
  });

  test("aligned files by their hashes, then bytes, hash as the one stream that they are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
        fc.array(fc.nat(PIECE * 2), { maxLength: 6 }),
        (shardPieces, tailSizes) => {
          const shards = shardPieces.map((count, index) => Buffer.alloc(count * PIECE, index + 1));
          const tails = tailSizes.map((sizeBytes, index) => Buffer.alloc(sizeBytes, 100 + index));
          const hasher = new V1StreamHasher(PIECE);
          for (const shard of shards) hasher.addAligned(hashFileBytes(shard, PIECE));
          for (const tail of tails) hasher.update(tail);
          expect(hasher.finish().toString("hex")).toBe(piecesOf(Buffer.concat([...shards, ...tails])));
        },
      ),
    );
  });

  test("refuses a file by its hashes within a piece", () => {
    const hasher = new V1StreamHasher(PIECE);
    hasher.update(Buffer.alloc(1));
    expect(() => hasher.addAligned(hashFileBytes(Buffer.alloc(PIECE), PIECE))).toThrow("begin with a piece");
  });

  test("refuses a file by its hashes that ends within a piece", () => {
    const hasher = new V1StreamHasher(PIECE);
    expect(() => hasher.addAligned(hashFileBytes(Buffer.alloc(PIECE + 1), PIECE))).toThrow(
      "end with a piece",
    );
  });

  test("refuses hashes that do not fit the size", () => {
    const hasher = new V1StreamHasher(PIECE);
    expect(() => hasher.addAligned({ sizeBytes: PIECE, piecesV1: Buffer.alloc(40) })).toThrow(
      "1 pieces, not 2",
    );
  });
});
