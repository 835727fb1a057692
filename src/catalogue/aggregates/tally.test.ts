import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, sqlText, type TableRow } from "../../core/index.ts";
import { mergeRows, runAggregate } from "./aggregate-rows.ts";
import type { AggregateName } from "./registry.ts";
import { TALLIES } from "./tallies.ts";
import { runTally, tallyFiles, tallyOf } from "./tally.ts";

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

/** Tracks with everything missing here and there, `seed` telling one set from another. */
function randomTracks(seed: number, rows: number): string {
  const some = (column: number, value: string): string =>
    `if(hash(i, ${seed}, ${column}) % 5 = 0, null, ${value.replaceAll("h", `hash(i, ${seed + 1}, ${column})`)})`;
  const shares = SHARES.map((name, at) => `${some(at, "(h % 61)::float / 50 - 0.1")} as ${name}`);
  return `select ${shares.join(", ")},
    ${some(20, "(h % 40)::float * 3.3 - 110")} as loudness_db, ${some(21, "(h % 70)::float * 7.25 - 5")} as tempo_bpm
    from range(${rows}) r(i)`;
}

test.each(TALLIES.map((tally) => [tally.names.join(", "), tally] as const))(
  "%s is tallied from a file as its SQL says",
  async (_, tally) => {
    const folder = mkdtempSync(join(tmpdir(), "deadwax-tally-"));
    const path = join(folder, "t.parquet");
    try {
      for (const [seed, rows] of [1, 7, 2048, 5000, 9001].entries()) {
        const options = "format parquet, compression zstd, parquet_version v2, row_group_size 4096";
        await database.run(`copy (${randomTracks(10 * seed, rows)}) to ${sqlText(path)} (${options})`);
        const tallied = await tallyFiles([path], tally);
        // A few rows are not worth a dictionary.
        if (tallied === null && rows < 100) continue;
        for (const name of tally.names) {
          const sql = await runAggregate(database, name, `select * from read_parquet(${sqlText(path)})`);
          expect(mergeRows([tallied?.get(name) ?? []])).toEqual(sql);
          if (rows > 100) expect(sql.length).toBeGreaterThan(0);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

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
