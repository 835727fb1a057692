import { expect, test } from "vitest";
import { fingerprintSimilarity } from "./fingerprint-similarity.ts";

function words(...values: number[]): string {
  const raw = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) raw.writeUInt32LE(value >>> 0, index * 4);
  return raw.toString("base64");
}

const tune = Array.from({ length: 40 }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 0);

test("equal fingerprints are wholly similar, inverted ones not at all where they lie upon each other", () => {
  expect(fingerprintSimilarity(words(...tune), words(...tune))).toBe(1);
  expect(fingerprintSimilarity(words(0, 0), words(0xffffffff, 0xffffffff))).toBe(0);
});

test("one differing bit counts as one of 32 per word", () => {
  const changed = [...tune];
  changed[5] = (changed[5] ?? 0) ^ 0x10000;
  expect(fingerprintSimilarity(words(...tune), words(...changed))).toBe(1 - 1 / (32 * tune.length));
});

test.each([-8, -3, 3, 8])("finds the same tune shifted by %d words", (shift) => {
  const shifted = shift > 0 ? [...Array.from({ length: shift }, () => 0), ...tune] : tune.slice(-shift);
  expect(fingerprintSimilarity(words(...tune), words(...shifted))).toBe(1);
});

test("is symmetric", () => {
  const other = tune.map((word) => (word ^ 0x0f0f0f0f) >>> 0).slice(3);
  expect(fingerprintSimilarity(words(...tune), words(...other))).toBe(
    fingerprintSimilarity(words(...other), words(...tune)),
  );
});

test("there is nothing to compare in an empty fingerprint", () => {
  expect(fingerprintSimilarity("", words(...tune))).toBeNull();
});
