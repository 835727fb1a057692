import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Database } from "../core/index.ts";

const count = fc.record({
  track: fc.integer({ min: 1, max: 600 }),
  plays: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2_000_000_000 })),
  year: fc.option(fc.integer({ min: 2000, max: 2026 })),
});
const catalogue = fc.array(count, { minLength: 1, maxLength: 900 });
const row = z.object({ track_id: z.bigint(), plays: z.bigint(), score: z.number(), popularity: z.number() });

let database: Database;
beforeAll(async () => {
  database = await Database.open();
});
afterAll(() => database.close());

async function popularityOf(counts: readonly z.infer<typeof countShape>[]): Promise<z.infer<typeof row>[]> {
  await database.run(
    "drop table if exists counted_listen; drop table if exists track_score; drop table if exists popularity_anchor; drop table if exists track_popularity",
  );
  await database.insert(
    "counted_listen",
    { track_id: "UBIGINT", plays: "BIGINT", until: "VARCHAR" },
    counts.map(({ track, plays, year }) => ({
      track_id: track,
      plays,
      until: year === null ? null : `${year}-12-31`,
    })),
  );
  await database.runFile(new URL("./popularity.sql", import.meta.url));
  const rows = await database.rows(
    "select track_id, plays, score, popularity::double as popularity from track_popularity join track_score using (track_id, plays) order by score, track_id",
  );
  return rows.map((each) => row.parse(each));
}
const countShape = z.object({ track: z.number(), plays: z.number(), year: z.number().nullable() });

test("popularity is 0 to 100, monotone in the score, 0 only without plays, and 100 for the highest", async () => {
  await fc.assert(
    fc.asyncProperty(catalogue, async (counts) => {
      const rows = await popularityOf(counts);
      expect(rows.length).toBe(new Set(counts.map(({ track }) => track)).size);
      let former = 0;
      for (const { popularity, plays } of rows) {
        expect(popularity).toBeGreaterThanOrEqual(former);
        expect(popularity > 0).toBe(plays > 0n);
        former = popularity;
      }
      if (rows.some(({ plays }) => plays > 0n)) expect(former).toBe(100);
    }),
    { numRuns: 25 },
  );
});

test("the order of the counts does not matter", async () => {
  await fc.assert(
    fc.asyncProperty(catalogue, async (counts) => {
      expect(await popularityOf([...counts].reverse())).toEqual(await popularityOf(counts));
    }),
    { numRuns: 10 },
  );
});

test("a count of four years before the newest one is worth half", async () => {
  const rows = await popularityOf([
    { track: 1, plays: 1000, year: 2026 },
    { track: 2, plays: 1000, year: 2022 },
    { track: 3, plays: 1000, year: null },
  ]);
  expect(rows.map(({ track_id, score }) => [track_id, score])).toEqual([
    [2n, 500],
    [1n, 1000],
    [3n, 1000],
  ]);
});

test("in a large catalogue the quantiles have their popularity", async () => {
  const rows = await popularityOf(
    Array.from({ length: 10_000 }, (_, at) => ({ track: at + 1, plays: (at + 1) ** 2, year: null })),
  );
  const at = (track: bigint): number | undefined =>
    rows.find(({ track_id }) => track_id === track)?.popularity;
  expect([at(7800n), at(9973n), at(9999n), at(10_000n)]).toEqual([10, 50, 70, 100]);
});
