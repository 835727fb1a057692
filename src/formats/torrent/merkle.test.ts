import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isPieceLength,
  LEAF_BYTES,
  merkleRoot,
  pieceHeight,
  requirePieceLength,
  rootOfPieceLayer,
  sha256Into,
  treeHeight,
} from "./merkle.ts";

const NO_LEAF = Buffer.alloc(32);

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

/** The tree as BEP 52 describes it: every missing leaf written out. */
function plainRoot(leaves: readonly Buffer[], height: number): Buffer {
  let row = Array.from({ length: 2 ** height }, (_unused, index) => leaves[index] ?? NO_LEAF);
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_unused, index) =>
      sha256(row[2 * index] ?? NO_LEAF, row[2 * index + 1] ?? NO_LEAF),
    );
  }
  return row[0] ?? NO_LEAF;
}

const nodesArbitrary = fc
  .array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 20 })
  .map((nodes) => nodes.map((node) => Buffer.from(node)));

describe("merkleRoot", () => {
  test.each([
    [0, "0000000000000000000000000000000000000000000000000000000000000000"],
    [1, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"],
    [2, "db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71"],
    [3, "c78009fdf07fc56a11f122370658a353aaa542ed63e44c4bc15ff4cd105ab33c"],
  ])("of no leaves at height %d is a known value", (height, hex) => {
    expect(merkleRoot(Buffer.alloc(0), height).toString("hex")).toBe(hex);
  });

  test("of one leaf at height 0 is the leaf", () => {
    const leaf = sha256(Buffer.from("a"));
    expect(merkleRoot(leaf, 0)).toEqual(leaf);
  });

  test("is that of a tree with every missing leaf written out", () => {
    fc.assert(
      fc.property(nodesArbitrary, fc.integer({ min: 0, max: 2 }), (leaves, extraHeight) => {
        const height = treeHeight(leaves.length) + extraHeight;
        expect(merkleRoot(Buffer.concat(leaves), height).equals(plainRoot(leaves, height))).toBe(true);
      }),
    );
  });

  test("leaves the nodes as they are", () => {
    const nodes = Buffer.concat([sha256(Buffer.from("a")), sha256(Buffer.from("b"))]);
    const before = nodes.toString("hex");
    merkleRoot(nodes, 1);
    expect(nodes.toString("hex")).toBe(before);
  });

  test("refuses more nodes than the tree has room for", () => {
    expect(() => merkleRoot(Buffer.alloc(3 * 32), 1)).toThrow(RangeError);
  });
});

test("a piece layer gives the root that all its leaves give", () => {
  fc.assert(
    fc.property(nodesArbitrary, fc.integer({ min: 0, max: 3 }), (leaves, height) => {
      const perPiece = 2 ** height;
      const pieceCount = Math.ceil(leaves.length / perPiece);
      const layer = Array.from({ length: pieceCount }, (_unused, index) =>
        plainRoot(leaves.slice(index * perPiece, (index + 1) * perPiece), height),
      );
      const whole = plainRoot(leaves, treeHeight(pieceCount) + height);
      expect(rootOfPieceLayer(Buffer.concat(layer), LEAF_BYTES * perPiece).equals(whole)).toBe(true);
    }),
  );
});

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 2],
  [5, 3],
  [2 ** 20 + 1, 21],
])("a tree over %d nodes is %d high", (count, height) => {
  expect(treeHeight(count)).toBe(height);
});

test.each([
  [16 * 1024, true],
  [4 * 1024 * 1024, true],
  [256 * 1024 * 1024, true],
  [512 * 1024 * 1024, false],
  [8 * 1024, false],
  [48 * 1024, false],
  [0, false],
  [-16384, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
])("%d bytes as a piece length: %s", (bytes, isGood) => {
  expect(isPieceLength(bytes)).toBe(isGood);
  if (isGood) requirePieceLength(bytes);
  else expect(() => requirePieceLength(bytes)).toThrow("is not a piece length");
});

test("the tree under a piece of 4 MiB is 8 high", () => {
  expect(pieceHeight(4 * 1024 * 1024)).toBe(8);
});

test("a digest is written at its place, and nothing beside it", () => {
  const target = Buffer.alloc(34, 0xee);
  sha256Into(target, 1, Buffer.from("abc"));
  expect(target.toString("hex")).toBe("eeba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adee");
});
