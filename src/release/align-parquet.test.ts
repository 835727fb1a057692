import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, sqlText } from "../core/database.ts";
import { FailedError } from "../core/errors.ts";
import { alignParquet } from "./align-parquet.ts";

let folder: string;
let database: Database;
let original: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-"));
  database = await Database.open();
  original = join(folder, "original.parquet");
  const rows = "select i::ubigint as track_id, 'title ' || i as title from range(50000) r(i) order by i";
  await database.writeParquet(rows, original);
});

afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

test.each([16_384, 65_536, 4_194_304])("fills a table up to a multiple of %d bytes", async (alignBytes) => {
  const path = join(folder, `${alignBytes}.parquet`);
  await copyFile(original, path);
  const sizeBytes = await alignParquet(path, alignBytes);
  const bytes = await readFile(path);
  expect(bytes.length).toBe(sizeBytes);
  expect(sizeBytes % alignBytes).toBe(0);
  expect(sizeBytes - (await readFile(original)).length).toBeLessThan(alignBytes);
});

test("the rows, their statistics and the size of the footer stay as they were", async () => {
  const path = join(folder, "aligned.parquet");
  await copyFile(original, path);
  await alignParquet(path, 65_536);
  const facts = (file: string) =>
    database.rows(
      `select (select footer_size from parquet_file_metadata(${sqlText(file)})) as footer,
       count(*) as n, sum(track_id) as ids, min(title) as first,
       (select title from read_parquet(${sqlText(file)}) where track_id = 43210) as one
       from read_parquet(${sqlText(file)})`,
    );
  expect(await facts(path)).toEqual(await facts(original));
});

test("a table of the right size is left as it is", async () => {
  const path = join(folder, "twice.parquet");
  await copyFile(original, path);
  await alignParquet(path, 65_536);
  const before = await readFile(path);
  await alignParquet(path, 65_536);
  expect((await readFile(path)).equals(before)).toBe(true);
});

test.each([
  ["an empty file", ""],
  ["text", "this is no table at all"],
  ["a footer that is longer than the file", "PAR1\xff\xff\xff\x7fPAR1"],
])("refuses %s", async (_what, content) => {
  const path = join(folder, "bad.parquet");
  await writeFile(path, content, "latin1");
  await expect(alignParquet(path, 65_536)).rejects.toThrow(FailedError);
});
