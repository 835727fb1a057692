import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlText } from "../../core/index.ts";
import { folderAndDatabase } from "../../core/testing/folder-and-database.ts";
import { ColumnFile, MAX_GROUP_ROWS } from "./column-file.ts";

const tables = folderAndDatabase(1);

const WORDS = ["a", "bé", "", "d", "e"];
const DEFINITIONS = [
  { name: "id", type: "UBIGINT" },
  { name: "size", type: "BIGINT" },
  { name: "word", type: WORDS },
  { name: "is_it", type: "BOOLEAN" },
] as const;

type Row = readonly [id: bigint, size: bigint, word: number, is: number];

/** One after the other in the same memory. */
const file = new ColumnFile(DEFINITIONS);
let written = 0;

/** The file, as SQL. */
function write(groups: readonly (readonly Row[])[]): string {
  file.begin();
  for (const rows of groups) {
    const columns = [
      BigUint64Array.from(rows, ([id]) => id),
      BigInt64Array.from(rows, ([, size]) => size),
      Uint8Array.from(rows, ([, , word]) => word),
      Uint8Array.from(rows, ([, , , is]) => is),
    ];
    file.group(columns, rows.length);
  }
  written += 1;
  const path = join(tables.folder, `${written}.parquet`);
  writeFileSync(path, file.end("a test"));
  return sqlText(path);
}

const row = fc.tuple(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.nat(WORDS.length - 1),
  fc.nat(1),
);
const smallRow = fc.tuple(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.nat(1),
  fc.constant(0),
);

test("a database reads what was written, whatever the numbers are", { timeout: 120_000 }, async () => {
  const group = fc.oneof(
    fc.array(row, { minLength: 1, maxLength: 300 }),
    fc.array(smallRow, { minLength: 1, maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 3 }), async (groups) => {
      // Ids of a group rise: its first and last are its extremes.
      const sorted = groups.map((rows) => rows.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
      const path = write(sorted);
      const wanted = sorted.flat().map(([id, size, word, is]) => ({
        id,
        size,
        word: WORDS[word],
        is_it: is === 1,
      }));
      expect(await tables.database.rows(`from read_parquet(${path})`)).toEqual(wanted);
      const [least] = await tables.database.rows(
        `select min(id) as id, max(id) as last from read_parquet(${path})`,
      );
      const ids = wanted.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
      expect(least).toEqual({ id: ids[0], last: ids.at(-1) });
    }),
    { numRuns: 40 },
  );
});

test("full groups come back, and are told apart by their ids", async () => {
  const groups = [0, 1].map((group) =>
    Array.from({ length: MAX_GROUP_ROWS }, (_, at): Row => {
      const place = group * MAX_GROUP_ROWS + at;
      return [BigInt(place) << 40n, BigInt((place * 7919) % 100_003) * 512n, place % 5, Number(at > 9)];
    }),
  );
  const path = write(groups);
  const [sums] = await tables.database.rows(
    `select count(*) as rows, sum(id >> 40) as ids, sum(size) as sizes, count(*) filter (is_it) as are, count(*) filter (word = 'bé') as words
     from read_parquet(${path})`,
  );
  const all = groups.flat();
  expect(Object.values(sums ?? {}).map(Number)).toEqual([
    all.length,
    all.reduce((sum, [id]) => sum + Number(id >> 40n), 0),
    all.reduce((sum, [, size]) => sum + Number(size), 0),
    all.filter(([, , , is]) => is === 1).length,
    all.filter(([, , word]) => word === 1).length,
  ]);
  const described = await tables.database.rows(
    `select distinct row_group_id as g, stats_min_value as first, stats_max_value as last, encodings from parquet_metadata(${path}) where path_in_schema = 'id' order by g`,
  );
  const encodings = "RLE, DELTA_BINARY_PACKED";
  expect(described).toEqual([
    { g: 0n, first: "0", last: String(16_383n << 40n), encodings },
    { g: 1n, first: String(16_384n << 40n), last: String(32_767n << 40n), encodings },
  ]);
});

test("the same rows give the same bytes, whatever was written before", () => {
  const bytesOf = (rows: number): Buffer => {
    file.begin();
    const ids = BigUint64Array.from({ length: rows }, (_, at) => BigInt(at * at) << 20n);
    file.group([ids, new BigInt64Array(rows), new Uint8Array(rows), new Uint8Array(rows)], rows);
    return Buffer.from(file.end("a test"));
  };
  const first = bytesOf(5);
  expect(bytesOf(2000).length).toBeGreaterThan(first.length);
  expect(bytesOf(5)).toEqual(first);
});

test("more rows than a group takes are refused", () => {
  const rows = MAX_GROUP_ROWS + 1;
  const ids = new ColumnFile([{ name: "id", type: "UBIGINT" }]);
  expect(() => ids.group([new BigUint64Array(rows)], rows)).toThrow(RangeError);
});
