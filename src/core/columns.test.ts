import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "./database.ts";
import { ColumnMemory } from "./number-columns.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open({ threads: 1 });
});
afterAll(() => database.close());

test.each([0, 1, 2047, 2048, 2049, 5000])("%d rows come as memory", async (rows) => {
  const columns = await database.numbers(
    `select 18446744073709551615::ubigint - i::ubigint as id, i * (-5e9)::double as size, (i % 3)::utinyint as kind
     from range(${rows}) of (i)`,
    ["id", "size", "kind"],
  );
  const each = <T>(of: (at: number) => T): T[] => Array.from({ length: rows }, (_, at) => of(at));
  expect(columns.bigUints("id")).toEqual(BigUint64Array.from(each((at) => (1n << 64n) - 1n - BigInt(at))));
  expect(columns.doubles("size")).toEqual(Float64Array.from(each((at) => at * -5e9)));
  expect(columns.bytes("kind")).toEqual(Uint8Array.from(each((at) => at % 3)));
});

test("a column of texts, and one with a null, is refused", async () => {
  await expect(database.numbers("select 'text' as word", ["word"])).rejects.toThrow(TypeError);
  const query = "select case when i <> 2047 then i::uinteger end as number from range(2048) of (i)";
  await expect(database.numbers(query, ["number"])).rejects.toThrow('a null in "number"');
  const columns = await database.numbers("select 1::uinteger as one", ["one"]);
  expect(columns.uints("one")).toEqual(Uint32Array.of(1));
  expect(() => columns.uints("two")).toThrow(RangeError);
});

test("columns that come in chunks are memory too, and texts are refused", async () => {
  for await (const chunk of database.chunks(
    "select i::uinteger as i, i < 2 as b, i::varchar as t from range(3) of (i)",
  )) {
    expect(new Uint32Array(chunk.fixed(0).bytes.slice().buffer)).toEqual(Uint32Array.of(0, 1, 2));
    expect(chunk.fixed(1).bytes).toEqual(Uint8Array.of(1, 1, 0));
    expect(() => chunk.fixed(2)).toThrow(TypeError);
  }
});

test("memory that is used again shows the last result only", async () => {
  const memory = new ColumnMemory();
  const numbersUpTo = (rows: number) =>
    database.numbers(`select i::utinyint as i from range(${rows}) of (i)`, ["i"], memory);
  const first = (await numbersUpTo(200)).bytes("i");
  expect((await numbersUpTo(2)).bytes("i")).toEqual(Uint8Array.of(0, 1));
  expect(first.length).toBe(200);
  expect((await numbersUpTo(0)).bytes("i")).toEqual(new Uint8Array());
});
