import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../core/database.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type Batch, batches } from "./batches.ts";
import { LineSplitter } from "./line-splitter.ts";
import { loadBatch } from "./load-batch.ts";
import { goodLine, LINE_FIELDS, ODD_LINES, type OddLine } from "./testing/odd-lines.ts";

const splitterOf = (isJson: boolean) => (batchBytes: number) => new LineSplitter({ batchBytes, isJson });

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

interface Result {
  readonly ids: readonly unknown[];
  /** `line@offset reason` */
  readonly rejects: readonly string[];
  readonly batches: number;
}

async function load(lines: readonly (string | Buffer)[], batchBytes = 1e6): Promise<Result> {
  const bytes = Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from("\n")])));
  const ids: unknown[] = [];
  const rejects: string[] = [];
  let count = 0;
  const found: Batch[] = [];
  const options = {
    folder: folder.path,
    firstIndex: 0,
    isDone: () => false,
    batchBytes,
    splitter: splitterOf(true),
  };
  for await (const batch of batches(chunksOf(bytes), options)) {
    found.push(batch);
    const { file } = batch;
    if (file === null) throw new Error("no spool file");
    const refusal = "case when id = 'refused' then 'not wanted' end";
    const loaded = await loadBatch(database, {
      batch: { ...batch, file },
      table: "doc",
      fields: LINE_FIELDS,
      refusal,
    });
    for (const row of await database.rows("select id from doc")) ids.push(row.id);
    const told = [...batch.rejects, ...loaded.rejects];
    rejects.push(...told.map(({ line, offsetBytes, reason }) => `${line}@${offsetBytes} ${reason}`));
    count += loaded.rows + batch.rejected + loaded.rejected;
  }
  expect(count).toBe(lines.filter((line) => line.length > 0).length);
  return { ids, rejects: rejects.toSorted((a, b) => a.localeCompare(b)), batches: found.length };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
}

test.each<OddLine>([
  ...ODD_LINES,
  [
    "a comma too much in a broken line",
    '{"id":,}',
    "refused by the JSON reader: most often a name that is there twice",
  ],
  [
    "a name that is there twice",
    '{"id":"x","id":"y"}',
    "refused by the JSON reader: most often a name that is there twice",
  ],
  [
    "a number that is too large",
    '{"length":99999999999999999999}',
    "refused by the JSON reader: most often a name that is there twice",
  ],
  ["an array", "[1,2]", "not a JSON object"],
])("%s costs that line alone", async (_, line, reason) => {
  const result = await load([goodLine("a"), goodLine("b"), line, "", goodLine("c")]);
  expect(result.ids).toEqual(["a", "b", "c"]);
  expect(result.rejects).toEqual([`3@${2 * (goodLine("a").length + 1)} ${reason}`]);
});

test("rows stay in order and places are right over many batches with all kinds of bad lines", async () => {
  const lines: string[] = [];
  for (let index = 0; index < 300; index += 1) {
    if (index % 7 === 3) lines.push('{"id":"x","media":5}');
    else if (index % 11 === 5) lines.push('{"id":"refused"}');
    else if (index % 13 === 6) lines.push("nothing");
    else if (index % 29 === 8) lines.push('{"id":"x","id":"y"}');
    else lines.push(goodLine(String(index)));
  }
  const result = await load(lines, 2000);
  expect(result.batches).toBeGreaterThan(5);
  const isGood = (line: string): boolean => line.includes("position");
  expect(result.ids).toEqual(lines.flatMap((line, index) => (isGood(line) ? [String(index)] : [])));
  let offset = 0;
  const places = lines.flatMap((line, index) => {
    const place = `${index + 1}@${offset}`;
    offset += line.length + 1;
    return isGood(line) ? [] : [place];
  });
  expect(new Set(result.rejects.map((reject) => reject.split(" ")[0]))).toEqual(new Set(places));
});

test("lines of text may end in any way, and hold anything but a NUL", async () => {
  const lines = ["a\r", "b", "c\rd", '"', "\t", "e,\\", " ", "\r", "é\u2028💿", "refused\r", "f\r"];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const options = { folder: folder.path, firstIndex: 0, isDone: () => false, splitter: splitterOf(false) };
  for await (const { file, ...batch } of batches(chunksOf(bytes), options)) {
    if (file === null) throw new Error("no spool file");
    const refusal = "case when text = 'refused' then 'not wanted' end";
    const loaded = await loadBatch(database, {
      batch: { ...batch, file },
      table: "doc",
      fields: null,
      refusal,
    });
    expect(loaded).toMatchObject({ rows: 7, rejected: 1, rejects: [{ line: 10, reason: "not wanted" }] });
    const rows = await database.rows("select text from doc");
    expect(rows.map(({ text }) => text)).toEqual(["a", "b", "c\rd", '"', "e,\\", "é\u2028💿", "f"]);
  }
});
