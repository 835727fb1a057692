import { createHash } from "node:crypto";
import {
  LEAF_BYTES,
  merkleRoot,
  SHA256_BYTES,
  sha256Into,
  treeHeight,
} from "../../formats/torrent/merkle.ts";

/** Says whether the bytes that go by are the right ones. */
export type Proof = (chunks: AsyncIterable<Buffer>) => Promise<boolean>;

/** By the SHA-256 that somebody signed, as hex. */
export function bySha256(expected: string): Proof {
  return async (chunks) => {
    const hash = createHash("sha256");
    for await (const chunk of chunks) hash.update(chunk);
    return hash.digest("hex") === expected;
  };
}

/** By the root of a whole file's tree (BEP 52). The chunks are as long as leaves, or multiples, but for the last. */
export function byPiecesRoot(expected: Buffer, sizeBytes: number): Proof {
  return async (chunks) => {
    const leaves = Buffer.alloc(Math.ceil(sizeBytes / LEAF_BYTES) * SHA256_BYTES);
    let offset = 0;
    for await (const chunk of chunks) {
      for (let start = 0; start < chunk.length && offset < leaves.length; start += LEAF_BYTES) {
        sha256Into(leaves, offset, chunk.subarray(start, start + LEAF_BYTES));
        offset += SHA256_BYTES;
      }
    }
    const height = treeHeight(leaves.length / SHA256_BYTES);
    return offset === leaves.length && merkleRoot(leaves, height).equals(expected);
  };
}
