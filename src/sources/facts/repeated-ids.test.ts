import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../core/database.ts";
import { IdFilter } from "./id-filter.ts";
import { RepeatedIds } from "./repeated-ids.ts";

const folder = mkdtempSync(join(tmpdir(), "deadwax-ids-"));
let database: Database;
beforeAll(async () => {
  database = await Database.open();
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Few enough for some to come again. */
const ids = fc
  .array(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 40 })
  .chain((known) => fc.array(fc.constantFrom(...known), { maxLength: 60 }));

test("an id that comes again is always among the suspects, also when the filter has grown", () => {
  const numbers = BigUint64Array.from(
    { length: 20_000 },
    (_, at) => (BigInt(at) * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n),
  );
  const filter = new IdFilter(1);
  for (let from = 0; from < numbers.length; from += 1000) filter.add(numbers.subarray(from, from + 1000));
  const before = filter.suspects.length;
  expect(before).toBeLessThan(numbers.length / 4);
  filter.add(numbers);
  expect(filter.suspects.subarray(before)).toEqual(numbers);
});

test("few of the ids that come once are among them", () => {
  const numbers = BigUint64Array.from(
    { length: 50_000 },
    (_, at) => (BigInt(at + 1) * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n),
  );
  const filter = new IdFilter(numbers.length);
  filter.add(numbers);
  expect(filter.suspects.length).toBeLessThan(numbers.length / 100);
});

test("the count is that of the rows whose id came before, whether ids were noted or are read", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ ids, isNoted: fc.boolean() }), { minLength: 1, maxLength: 3 }),
      async (files) => {
        run += 1;
        const repeated = new RepeatedIds();
        const paths: string[] = [];
        for (const [at, file] of files.entries()) {
          const path = join(folder, `${run}-${at}.parquet`);
          paths.push(path);
          const values = file.ids.map((id) => `(${id}::ubigint)`).join(", ");
          const from =
            values === "" ? "(select 0::ubigint as track_id limit 0)" : `(values ${values}) t(track_id)`;
          await database.writeParquet(`select track_id from ${from}`, path);
          if (file.isNoted) repeated.note(path, BigUint64Array.from(file.ids), 100);
        }
        const all = files.flatMap((file) => file.ids);
        expect(await repeated.count(database, paths, all.length)).toBe(all.length - new Set(all).size);
      },
    ),
    { numRuns: 60 },
  );
});
