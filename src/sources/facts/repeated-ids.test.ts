import { createCipheriv } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../core/database.ts";
import { LateDatabase } from "../../core/late-database.ts";
import { IdFiles, type IdRange } from "./id-files.ts";
import { IdFilter } from "./id-filter.ts";
import { RepeatedIds } from "./repeated-ids.ts";

const folder = mkdtempSync(join(tmpdir(), "deadwax-ids-"));
const late = new LateDatabase({});
let database: Database;
beforeAll(async () => {
  database = await late.open();
});
afterAll(async () => {
  await late.close();
  rmSync(folder, { recursive: true });
});

function idFile(name: string, ids: BigUint64Array): IdRange {
  const path = join(folder, name);
  writeFileSync(path, ids);
  return { path, startBytes: 0, sizeBytes: ids.byteLength };
}

/** Few enough for some to come again. */
const ids = fc
  .array(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 40 })
  .chain((known) => fc.array(fc.constantFrom(...known), { maxLength: 60 }));

/** As good as random, and the same each time. */
function numbersOf(count: number): BigUint64Array {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const bytes = cipher.update(Buffer.alloc(8 * count));
  return new BigUint64Array(Uint8Array.from(bytes).buffer);
}

test.each([
  ["as many as were expected", 1_000_000, 1_000_000, 10_000, 0.02],
  ["many more, a few at a time", 1, 1_000_000, 10_000, 0.06],
  ["many more at once", 1, 1_000_000, 500_000, 0.06],
  ["few", 1000, 1000, 10, 0.001],
])("%s: an id that comes again is a suspect, and few others are", (_, expected, count, step, share) => {
  const numbers = numbersOf(count);
  const filter = new IdFilter(expected);
  for (let from = 0; from < count; from += step) filter.add(numbers.subarray(from, from + step));
  const before = filter.suspects.length;
  expect(before / count).toBeLessThan(share);
  filter.add(numbers);
  expect(Buffer.from(filter.suspects.slice(before).buffer).equals(Buffer.from(numbers.buffer))).toBe(true);
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
          if (!file.isNoted) continue;
          repeated.note(path, idFile(`${run}-${at}.ids`, BigUint64Array.from(file.ids)));
        }
        const all = files.flatMap((file) => file.ids);
        expect(await repeated.count(late, paths, all.length)).toBe(all.length - new Set(all).size);
      },
    ),
    { numRuns: 60 },
  );
});

test("of many ids that were noted, those that come again are counted without a database", () => {
  const repeated = new RepeatedIds();
  repeated.expectedIds = 40_000;
  const numbers = BigUint64Array.from(
    { length: 40_000 },
    (_, at) => (BigInt(at + 1) * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n),
  );
  // Of the last file the first is in the first, and two are the same.
  const last = BigUint64Array.of(numbers[7] ?? 0n, 5n, 6n, 5n);
  for (const [at, ids] of [numbers.subarray(0, 20_000), numbers.subarray(20_000), last].entries()) {
    repeated.note(`many-${at}`, idFile(`many-${at}.ids`, ids));
    expect(repeated.countNoted()).toBe(at === 2 ? 2 : 0);
  }
  repeated.note("again", idFile("again.ids", numbers.subarray(5_000, 35_000)));
  expect(repeated.countNoted()).toBe(30_002);
});

test("ids are those of their range, and a file that is too short is refused", () => {
  const range = idFile("cut.ids", BigUint64Array.of(1n, 2n, 3n));
  expect(new IdFiles().read({ ...range, startBytes: 8, sizeBytes: 16 })).toEqual(BigUint64Array.of(2n, 3n));
  const note = (startBytes: number, sizeBytes: number) => (): void =>
    new RepeatedIds().note("cut", { ...range, startBytes, sizeBytes });
  expect(note(0, 12)).toThrow("ends within an id");
  expect(note(8, 24)).toThrow("is too short");
});
