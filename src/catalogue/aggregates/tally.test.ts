import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, type TableRow } from "../../core/index.ts";
import { mergeRows, runAggregate } from "./aggregate-rows.ts";
import type { AggregateName } from "./registry.ts";
import { runTally, tallyOf } from "./tally.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open();
});
afterAll(() => database.close());

async function bothWays(name: AggregateName, source: string) {
  const tally = tallyOf(name);
  if (!tally) throw new Error(`${name} is not tallied`);
  const tallied = (await runTally(database, tally, source)).get(name) ?? [];
  return { tallied: mergeRows([tallied]), sql: await runAggregate(database, name, source) };
}

const SHARES = [
  "danceability",
  "energy",
  "acousticness",
  "instrumentalness",
  "valence",
  "speechiness",
  "liveness",
];
const share = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000) },
  { weight: 2, arbitrary: fc.double({ min: -0.1, max: 1.1, noNaN: true }) },
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
);
const features = fc.record<TableRow>({
  ...Object.fromEntries(SHARES.map((name) => [name, share])),
  loudness_db: fc.oneof(
    fc.integer({ min: -10300, max: 2300 }).map((n) => n / 100),
    fc.constant(null),
  ),
  tempo_bpm: fc.oneof(fc.double({ min: -1, max: 501, noNaN: true }), fc.constant(null)),
});

test.each(["feature-pairs", "feature-moments"] as const)("%s is tallied as its SQL says", async (name) => {
  const columns = [...SHARES, "loudness_db", "tempo_bpm"];
  let made = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(features, { maxLength: 60 }),
      fc.integer({ min: 1, max: 90 }),
      async (rows, times) => {
        made += 1;
        const table = `${name}_${made}`.replace("-", "_");
        await database.insert(table, Object.fromEntries(columns.map((column) => [column, "DOUBLE"])), rows);
        const casts = columns.map((column) => `${column}::float as ${column}`).join(", ");
        const { tallied, sql } = await bothWays(name, `select ${casts} from ${table}, range(${times})`);
        expect(tallied).toEqual(sql);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  "select 'gtin' as scheme, 'album' as entity, lpad((i * i // 9000)::varchar, 14, '0') as value from range(9000) r(i)",
  "select 'gtin' as scheme, 'album' as entity, '00000000000017' as value from range(5000)",
  "select if(i < 3, 'gtin', 'isrc') as scheme, 'album' as entity, nullif('0000000000000' || i, '00000000000002') as value from range(5) r(i)",
  "select 'gtin' as scheme, 'artist' as entity, '00000000000017' as value from range(3)",
])("runs of GTINs are counted as groups: %s", async (source) => {
  const groups = await database.rows(
    `select value, count(*)::integer as albums from (${source}) where scheme = 'gtin' and entity = 'album' and value is not null group by value order by value`,
  );
  const first = groups[0]?.value;
  const last = groups.at(-1)?.value;
  const rows = groups.map(({ value, albums }) => {
    const isEnd = value === first || value === last;
    const count = Number(albums);
    return { keys: isEnd ? [String(value), null] : [null, count], sums: [1n, BigInt(count)] };
  });
  expect(await runAggregate(database, "albums-per-gtin", source)).toEqual(mergeRows([rows]));
});
