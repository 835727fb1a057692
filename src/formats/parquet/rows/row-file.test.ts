import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { folderAndDatabase } from "../../../core/testing/folder-and-database.ts";
import { viewedBytes } from "../../../core/viewed-bytes.ts";
import { zstdPacker } from "../../../core/zstd.ts";
import { RowFile } from "./row-file.ts";

const tables = folderAndDatabase();
const pack = zstdPacker(1);

const COLUMNS = {
  text: "VARCHAR",
  whole: "BIGINT",
  small: "INTEGER",
  real: "DOUBLE",
  truth: "BOOLEAN",
  texts: "VARCHAR[]",
  structs: "STRUCT(name VARCHAR, value DOUBLE)[]",
} as const;

const word = fc.oneof(fc.constantFrom("a", "b", "é", "日本"), fc.string({ unit: "binary" }));
const row = fc.record(
  {
    text: fc.option(word),
    whole: fc.option(fc.maxSafeInteger()),
    small: fc.option(fc.integer()),
    real: fc.option(fc.double({ noNaN: true })),
    truth: fc.option(fc.boolean()),
    texts: fc.option(fc.array(fc.option(word), { maxLength: 4 })),
    structs: fc.option(
      fc.array(fc.record({ name: fc.option(word), value: fc.option(fc.double({ noNaN: true })) }), {
        maxLength: 3,
      }),
    ),
  },
  { requiredKeys: [] },
);

function fileOf(rowGroupRows: number): RowFile {
  return new RowFile({ columns: COLUMNS, metadata: { table: "t" }, program: "test", pack, rowGroupRows });
}

async function readBack(bytes: Uint8Array): Promise<unknown[]> {
  const path = join(tables.folder, "t.parquet");
  writeFileSync(path, bytes);
  return await tables.database.rows("select * from read_parquet($path)", { path });
}

/** As the database gives them: all columns, whole numbers of 64 bits as such. */
function expected(rows: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return rows.map((one) =>
    Object.fromEntries(
      Object.keys(COLUMNS).map((name) => {
        const value = one[name] ?? null;
        return [name, name === "whole" && typeof value === "number" ? BigInt(value) : value];
      }),
    ),
  );
}

test("the database reads what was written, in groups of any size", async () => {
  const file = fileOf(7);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
      file.begin();
      for (const one of rows) file.add(one);
      expect(file.rows).toBe(rows.length);
      expect(await readBack(file.end())).toEqual(expected(rows));
    }),
    { numRuns: 150 },
  );
});

test("a column of many words is written one by one from the value on that is too many", async () => {
  const file = fileOf(100_000);
  const rows = Array.from({ length: 60_000 }, (_, index) => ({
    text: index < 20_000 ? `w${index % 9}` : `word ${index}`,
    texts: [`x${index % 20_000}`],
  }));
  for (const one of rows) file.add(one);
  expect(await readBack(file.end())).toEqual(expected(rows));
});

test("words that come back are not mixed up, however many there are", async () => {
  const file = fileOf(300_000);
  for (let row = 0; row < 210_000; row += 1) file.add({ text: `w${Math.floor(row / 3)}` });
  const path = join(tables.folder, "words.parquet");
  writeFileSync(path, file.end());
  const wrong = "select count(*)::integer as wrong from read_parquet($path, file_row_number = true)";
  const [counted] = await tables.database.rows(
    `${wrong} where text is distinct from 'w' || (file_row_number // 3)`,
    {
      path,
    },
  );
  expect(counted).toEqual({ wrong: 0 });
});

test("a text that is added as the same bytes each time stays what it is from group to group, and from file to file", async () => {
  const file = fileOf(3);
  const constant = viewedBytes(Buffer.from("always"));
  const expected: unknown[] = [];
  const write = (): Uint8Array => {
    file.begin();
    for (let row = 0; row < 8; row += 1) {
      if (row % 4 === 1) {
        file.column("text").start();
        file.column("text").leaf(0).addConstant(0, constant);
        file.endRow();
      } else file.add({ text: `other ${row}` });
    }
    return file.end();
  };
  for (let row = 0; row < 8; row += 1) expected.push(row % 4 === 1 ? "always" : `other ${row}`);
  for (let time = 0; time < 2; time += 1) {
    const rows = (await readBack(write())) as { readonly text: string }[];
    expect(rows.map(({ text }) => text)).toEqual(expected);
  }
});

test("the bytes of a file do not depend on the one before", () => {
  const [file, other] = [fileOf(100_000), fileOf(100_000)];
  for (let row = 0; row < 5000; row += 1)
    other.add({ text: `w${row}`, truth: row % 3 === 0, texts: ["a", "b"] });
  other.end();
  other.begin();
  for (const one of [file, other])
    for (let row = 0; row < 9; row += 1) one.add({ text: `w${row % 2}`, small: row });
  expect(Buffer.from(other.end()).equals(file.end())).toBe(true);
});

test.each([1, 1023, 1024, 1025, 1500, 2049, 5000])(
  "numbers, truths and places without a value stay where they are when memory grows, %i of them",
  async (count) => {
    const file = fileOf(100_000);
    const rows = Array.from({ length: 2 * count + 7 }, (_, index) => {
      const isThere = index >= count && index % 3 !== 1;
      return isThere ? { whole: index, small: -index, real: index / 7, truth: index % 5 === 0 } : {};
    });
    for (const one of rows) file.add(one);
    expect(await readBack(file.end())).toEqual(expected(rows));
  },
);

test("a value of another type is refused by its place", () => {
  expect(() => fileOf(9).add({ structs: [{ name: 3 }] })).toThrow(
    "structs.list.element.name is a number, no VARCHAR",
  );
  expect(() => fileOf(9).add({ small: 2 ** 31 })).toThrow("small is a number, no INTEGER");
});
