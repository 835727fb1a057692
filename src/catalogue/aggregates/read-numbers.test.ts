import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlText } from "../../core/index.ts";
import { folderAndDatabase } from "../../core/testing/folder-and-database.ts";
import { NO_NUMBER } from "../../formats/parquet/number-reader.ts";
import { readNumbers } from "./read-numbers.ts";

const tables = folderAndDatabase(1);
const path = join(tables.folder, "t.parquet");

/** The numbers of each column: the bits of a FLOAT, a whole number itself. Null when the file is not read. */
async function numbersOf(names: readonly string[], isCoded = true): Promise<number[][] | null> {
  const columns: number[][] = names.map(() => []);
  const isRead = await readNumbers(path, names, {
    ...(isCoded && {
      numberValues: (_: number, { buffer }: Float32Array | Int32Array) => bitsAndNone(buffer),
    }),
    addNumbers: (numbers, rows) => {
      for (const [at, column] of numbers.entries()) {
        expect(column.length).toBe(rows);
        for (const number of column) columns[at]?.push(number);
      }
    },
  });
  return isRead ? columns : null;
}

function bitsOf(value: unknown): number {
  return new Uint32Array(Float32Array.of(Number(value)).buffer)[0] ?? 0;
}

function bitsAndNone(buffer: ArrayBufferLike): Uint32Array {
  return Uint32Array.from([...new Uint32Array(buffer), NO_NUMBER]);
}

async function write(query: string, options: string): Promise<void> {
  await tables.database.run(`copy (${query}) to ${sqlText(path)} (format parquet, ${options})`);
}

const RANDOM = `select if(hash(i, 1) % 7 < nulls, null, (hash(i, 2) % kinds)::float / 8 - 3) as f,
    if(hash(i, 3) % 7 < nulls, null, (hash(i, 4) % spread)::uinteger) as u,
    'x' || i as t, if(hash(i, 5) % 7 < nulls, null, (hash(i, 6) % 12)::utinyint) as k
  from range(rows) r(i)`;

test("columns of numbers are read as the database reads them", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rows: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9000 })),
        nulls: fc.integer({ min: 0, max: 7 }),
        kinds: fc.constantFrom(1, 2, 17, 900),
        spread: fc.constantFrom(1, 200, 70_000, 4_294_967_295),
        codec: fc.constantFrom("zstd", "uncompressed"),
        version: fc.constantFrom("v1", "v2"),
        group: fc.constantFrom(2048, 4096),
      }),
      async ({ rows, nulls, kinds, spread, codec, version, group }) => {
        const query = RANDOM.replaceAll("nulls", `${nulls}`)
          .replaceAll("kinds", `${kinds}`)
          .replaceAll("spread", `${spread}`)
          .replaceAll("rows", `${rows}`);
        await write(query, `compression ${codec}, parquet_version ${version}, row_group_size ${group}`);
        for (const name of ["f", "k", "u"]) {
          const [found] = (await numbersOf([name], name !== "u")) ?? [];
          if (!found) continue;
          read += 1;
          const expected = await tables.database.rows(`select ${name} as value from ${sqlText(path)}`);
          const numberOf = name === "f" ? bitsOf : Number;
          expect(found).toEqual(expected.map(({ value }) => (value === null ? NO_NUMBER : numberOf(value))));
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(read).toBeGreaterThan(60);
});

test("floats whose bytes stand apart are read", async () => {
  await write(
    "select (i * 1.7 - 99)::float as f from range(9000) r(i)",
    "compression zstd, parquet_version v2, dictionary_size_limit 1",
  );
  const encodings = await tables.database.rows(
    `select distinct encodings from parquet_metadata(${sqlText(path)})`,
  );
  expect(encodings).toEqual([{ encodings: "BYTE_STREAM_SPLIT" }]);
  const floats = Array.from({ length: 9000 }, (_, at) => bitsOf(at * 1.7 - 99));
  expect(await numbersOf(["f"])).toEqual([floats]);
});

test.each([
  ["another codec", "select 1::float as f from range(9)", "compression snappy"],
  ["another type", "select 1::double as f from range(9)", "compression zstd"],
  ["a list", "select [1::float] as f from range(9)", "compression zstd"],
  ["no such column", "select 1::float as g from range(9)", "compression zstd"],
])("%s is left to the database", async (_, query, options) => {
  await write(query, options);
  expect(await numbersOf(["f"])).toBeNull();
});

test("a damaged file is refused, or its numbers are read: nothing is thrown", async () => {
  await write(
    RANDOM.replaceAll("nulls", "2")
      .replaceAll("kinds", "50")
      .replaceAll("spread", "70000")
      .replaceAll("rows", "5000"),
    "compression zstd, parquet_version v2, row_group_size 2048",
  );
  const whole = readFileSync(path);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(whole.length), { freq: 4 }),
      async (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) bytes[at] = byte;
        writeFileSync(path, bytes.subarray(0, length ?? bytes.length));
        if ((await numbersOf(["f", "u", "k"])) === null) refused += 1;
      },
    ),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(40);
});
