import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../core/index.ts";
import { estimateShards, estimateShardsOf } from "./shard-estimate.ts";

const policy = { ...defaultPolicy().packing, shardTargetBytes: 131_072, pieceLengthBytes: 16_384 };

describe("the estimate of shards", () => {
  test.each<[string, number[], number, number]>([
    ["nothing", [], 0, 0],
    ["one small track", [1000], 1, 16_384],
    ["tracks that fill a shard to the last block", [65_536, 65_536 - 1024], 1, 131_072],
    ["one block more opens a second shard", [65_536, 65_536 - 512], 2, 81_920 * 2],
    ["a track larger than the target has a shard of its own", [1000, 300_000, 1000], 3, 16_384 * 2 + 311_296],
  ])("%s", (_, entries, shards, bytes) => {
    expect(estimateShards(entries, policy)).toEqual({ shards, bytes });
  });
});

describe("the estimate from sums", () => {
  test("is exact for what fits into one shard", () => {
    expect(estimateShardsOf(0, 0, policy)).toEqual({ shards: 0, bytes: 0 });
    expect(estimateShardsOf(60_000, 30_000, policy)).toEqual(estimateShards([30_000, 30_000], policy));
  });

  test("of many is not below what packing gives, and hardly above", () => {
    const { packing } = defaultPolicy();
    const sizes = Array.from({ length: 50_000 }, (_, index) => 512 * (2000 + ((index * 7919) % 10_007)));
    const sum = sizes.reduce((total, size) => total + size, 0);
    const packed = estimateShards(sizes, packing).bytes;
    const estimated = estimateShardsOf(sum, sum / sizes.length, packing).bytes;
    expect(estimated).toBeGreaterThanOrEqual(packed);
    expect(estimated).toBeLessThan(packed * 1.005);
  });
});
