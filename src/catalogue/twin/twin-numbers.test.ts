import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, UsageError } from "../../core/index.ts";
import { parseGtin } from "../../formats/identifiers/gtin.ts";
import { blockIsrcs, isrcOffset } from "./isrc-codes.ts";
import { planTwin } from "./plan-twin.ts";
import { coprimeStride, modularInverse } from "./prepare-twin.ts";
import { BLOCK, twinSize } from "./twin-size.ts";
import { twinTrackId } from "./twin-track-id.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open();
  await database.runFile(new URL("./macros.sql", import.meta.url));
});
afterAll(() => database.close());

test.each([1, 2, 3, 20, 800, 2_288, 26_843, 58_572_800])(
  "the stride of %d numbers leads through all and back",
  (count) => {
    const stride = coprimeStride(count);
    const inverse = modularInverse(stride, count);
    for (const number of [0, 1, 7, count - 1]) {
      const place = Number((BigInt(number) * BigInt(stride)) % BigInt(count));
      expect(Number((BigInt(place) * BigInt(inverse)) % BigInt(count))).toBe(number % count);
    }
  },
);

test("barcodes have their check digit", async () => {
  const rows = await database.rows(
    "select lpad(twin_gtin(i * 4999999 + 7)::varchar, 13, '0') as gtin from range(2000) r(i)",
  );
  for (const { gtin } of rows) expect([gtin, parseGtin(String(gtin)).ok]).toEqual([gtin, true]);
});

test("ISRCs ascend from block to block and in each, at the largest size too", () => {
  const blocks = blockIsrcs(twinSize({ tracks: 268_430_000, seed: 1 }).blocks);
  const span = isrcOffset(BLOCK.recordings - 1) + 4;
  expect(blocks.every((first, index) => index === 0 || first >= (blocks[index - 1] ?? 0) + span)).toBe(true);
  for (let recording = 1; recording < BLOCK.recordings; recording += 1) {
    expect(isrcOffset(recording)).toBeGreaterThanOrEqual(isrcOffset(recording - 1) + 4);
  }
});

test("ids ascend with the ranks, over all 64 bits", () => {
  const ids = Array.from({ length: 10_000 }, (_, rank) => twinTrackId(rank, 10_000, 5));
  expect(ids.every((id, rank) => rank === 0 || id > (ids[rank - 1] ?? id))).toBe(true);
  expect(ids.at(-1)).toBeLessThan(1n << 64n);
  expect(ids.at(-1)).toBeGreaterThan((1n << 64n) - (1n << 51n));
});

test.each([
  { tracks: 0, seed: 1 },
  { tracks: 9_999, seed: 1 },
  { tracks: 15_000, seed: 1 },
  { tracks: 300_000_000, seed: 1 },
  { tracks: 10_000, seed: -1 },
  { tracks: 10_000, seed: 0.5 },
])("refuses %j", (parameters) => {
  expect(() => planTwin({ ...parameters, minutePeaks: true })).toThrow(UsageError);
});

test("the segments of a table follow each other and cover it", () => {
  const { tasks, size } = planTwin({ tracks: 2_560_000, seed: 1, minutePeaks: true });
  for (const [table, count] of [
    ["track", size.tracks],
    ["album", size.albums],
    ["label", size.labels],
  ] as const) {
    const cuts = tasks.filter((task) => task.table === table);
    expect(cuts.map(({ first }) => first)).toEqual([0, ...cuts.slice(0, -1).map(({ last }) => last)]);
    expect(cuts.at(-1)?.last).toBe(count);
  }
});
