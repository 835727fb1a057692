import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database, sqlText, sqlTextList, type TableSchema } from "./database.ts";

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-database-"));
  database = await Database.open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const schema: TableSchema = {
  id: "UBIGINT",
  big: "BIGINT",
  n: "INTEGER",
  x: "DOUBLE",
  yes: "BOOLEAN",
  name: "VARCHAR",
  raw: "BLOB",
  list: "VARCHAR[]",
};
const row = {
  id: 2n ** 64n - 1n,
  big: -(2n ** 63n),
  n: 7,
  x: 0.5,
  yes: true,
  name: "it's a 音",
  raw: Buffer.from([0, 255]),
  list: ["a", "b'c"],
};

test("rows come back from Parquet as they went in, nulls too", async () => {
  await database.insert("t", schema, [row, {}]);
  const path = join(folder, "it's.parquet");
  await database.writeParquet("select * from t order by id nulls last", path, { key: "va'lue" });
  const rows = await database.rows(`select * from read_parquet(${sqlTextList([path])})`);
  expect(rows[0]).toEqual({ ...row, raw: Buffer.from([0, 255]) });
  expect(Object.values(rows[1] ?? {})).toEqual(Array(8).fill(null));
  const metadata = await database.rows(
    `select decode(value) as value from parquet_kv_metadata(${sqlText(path)}) where decode(key) = 'key'`,
  );
  expect(metadata).toEqual([{ value: "va'lue" }]);
});

test("the same rows make the same bytes", async () => {
  const paths = [join(folder, "a"), join(folder, "b")];
  await database.insert("t", { id: "UBIGINT", name: "VARCHAR" }, many(50_000));
  for (const path of paths) await database.writeParquet("select * from t order by id", path);
  const [a, b] = paths.map((path) => readFileSync(path));
  expect(a && b?.equals(a)).toBe(true);
});

test("streams more rows than one chunk", async () => {
  await database.insert("t", { id: "UBIGINT", name: "VARCHAR" }, many(50_000));
  let sum = 0n;
  for await (const { id } of database.stream("select id from t where id >= $least", { least: 10n })) {
    if (typeof id === "bigint") sum += id;
  }
  expect(sum).toBe(1_249_975_000n - 45n);
});

test("text that a database cannot hold is made storable, and a wrong type is refused", async () => {
  await database.insert("t", { name: "VARCHAR" }, [{ name: "a\u0000b\ud800" }]);
  expect(await database.rows("select name from t")).toEqual([{ name: "a\u2400b\ufffd" }]);
  await expect(database.insert("u", { n: "INTEGER" }, [{ n: 1.5 }])).rejects.toThrow(/whole number/);
});

function* many(count: number): Generator<{ id: bigint; name: string }> {
  for (let index = 0; index < count; index += 1) yield { id: BigInt(index), name: `track ${index}` };
}

test("a stream goes on to its end while other statements run", async () => {
  await database.run("create table source as select range as i from range(50000)");
  const rows = database.stream("select i from source order by i");
  const copied = await database.insert("copy", { i: "BIGINT" }, asRows(rows));
  expect(copied).toBe(50_000);
});

async function* asRows(rows: AsyncIterable<Record<string, unknown>>): AsyncGenerator<{ i: bigint }> {
  for await (const { i } of rows) yield { i: BigInt(String(i)) };
}
