import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "./database.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open({ threads: 1 });
});
afterAll(() => database.close());

test.each([0, 1, 2047, 2048, 2049, 5000])("%d rows go in and come back as memory", async (rows) => {
  const words = ["one", "two", "three"];
  const ids = BigUint64Array.from({ length: rows }, (_, at) => (1n << 64n) - 1n - BigInt(at));
  const sizes = BigInt64Array.from({ length: rows }, (_, at) => BigInt(at) * -5_000_000_000n);
  const kinds = Uint8Array.from({ length: rows }, (_, at) => at % 3);
  const truths = Uint8Array.from({ length: rows }, (_, at) => at % 2);
  await database.run(
    "create or replace table filled (id ubigint, size bigint, kind enum ('one', 'two', 'three'), truth boolean)",
  );
  const appender = await database.appender("filled", ["UBIGINT", "BIGINT", words, "BOOLEAN"]);
  appender.append([ids, sizes, kinds, truths], rows);
  appender.close();
  const columns = await database.numbers(
    "select id, size::double as size, enum_code(kind)::utinyint as kind, truth::utinyint as truth from filled",
    ["id", "size", "kind", "truth"],
  );
  expect(columns.bigUints("id")).toEqual(ids);
  expect(columns.doubles("size")).toEqual(Float64Array.from(sizes, Number));
  expect(columns.bytes("kind")).toEqual(kinds);
  expect(columns.bytes("truth")).toEqual(truths);
});

test("a column that is no list of numbers is refused", async () => {
  await expect(database.numbers("select 'text' as word", ["word"])).rejects.toThrow(TypeError);
  const columns = await database.numbers("select 1::uinteger as one", ["one"]);
  expect(columns.uints("one")).toEqual(Uint32Array.of(1));
  expect(() => columns.uints("two")).toThrow(RangeError);
});
