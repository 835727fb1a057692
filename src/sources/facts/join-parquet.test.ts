import { existsSync, statSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../core/database.ts";
import { fileSha256 } from "../../core/file-sha256.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type JoinedParquet, ParquetJoin, parquetRows } from "./join-parquet.ts";

let folder: TemporaryFolder;
let database: Database;
beforeEach(async () => {
  folder = temporaryFolder();
  database = await Database.open();
});
afterEach(() => {
  database.close();
  folder.remove();
});

const at = (name: string): string => `${folder.path}/${name}`;
const QUERY = (from: number, to: number): string =>
  `select i, 'text ' || (i % 7) as t, [{'a': i, 'b': null::varchar}] as l, nullif(i % 3, 0) as n from range(${from}, ${to}) r(i)`;

async function join(names: readonly string[], into: string): Promise<JoinedParquet | null> {
  const whole = new ParquetJoin(at(into));
  for (const name of names) whole.add(at(name));
  try {
    return await whole.finish();
  } finally {
    await whole.close();
  }
}

test("the rows of all parts, in order, as the database reads them", async () => {
  await database.writeParquet(QUERY(0, 50_000), at("1"), { who: "test" });
  await database.writeParquet(QUERY(0, 0), at("2"), { who: "test" });
  await database.writeParquet(QUERY(50_000, 50_001), at("3"), { who: "test" });
  await database.writeParquet(QUERY(50_001, 90_000), at("4"), { who: "test" });
  expect(await join(["1", "2", "3", "4"], "all")).toEqual({
    rows: 90_000,
    sizeBytes: statSync(at("all")).size,
    sha256: await fileSha256(at("all")),
  });
  expect(await parquetRows(at("all"))).toBe(90_000);
  await database.writeParquet(QUERY(0, 90_000), at("once"));
  const rows = (name: string): string =>
    `select *, file_row_number from read_parquet('${at(name)}', file_row_number = true)`;
  const [found] = await database.rows(
    `select (select count(*) from (${rows("all")})) as n, (select count(*) from (${rows("all")} except ${rows("once")})) as others`,
  );
  expect(found).toEqual({ n: 90_000n, others: 0n });
  // Statistics of row groups lead to the right ones.
  expect(
    await database.rows(`select i from read_parquet('${at("all")}') where i in (3, 50000, 89999)`),
  ).toEqual([{ i: 3n }, { i: 50_000n }, { i: 89_999n }]);
  const metadata = await database.rows(`select decode(value) as v from parquet_kv_metadata('${at("all")}')`);
  expect(metadata).toContainEqual({ v: "test" });
});

test("refuses another schema, and what is no Parquet", async () => {
  await database.writeParquet("select 1 as a", at("1"));
  await database.writeParquet("select 'x' as a", at("2"));
  await expect(join(["1", "2"], "all")).rejects.toThrow("another schema");
  folder.put("3", "PAR1 and nothing else");
  await expect(join(["3", "1"], "all")).rejects.toThrow("is no Parquet");
});

test("of a file alone nothing is written", async () => {
  await database.writeParquet("select 1 as a", at("1"));
  expect(await join(["1"], "all")).toBeNull();
  expect(existsSync(at("all"))).toBe(false);
});
