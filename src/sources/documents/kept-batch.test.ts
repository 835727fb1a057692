import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { findKeptBatch, idRanges, type KeptBatch, keepBatch } from "./kept-batch.ts";
import { idsPath, partPath } from "./part-paths.ts";

let scratch: TemporaryFolder;
let folder: string;
beforeEach(() => {
  scratch = temporaryFolder();
  folder = join(scratch.path, "0");
});
afterEach(() => scratch.remove());

async function keep(): Promise<KeptBatch> {
  return await keepBatch(folder, async (unfinished) => {
    writeFileSync(partPath(unfinished, "tracks"), "rows");
    writeFileSync(idsPath(unfinished), Buffer.alloc(24));
    return { lines: 3, rejected: 0, rejects: [], parts: { tracks: 4 }, ids: { tracks: 16, releases: 8 } };
  });
}

test("a batch that was kept is found as it was", async () => {
  const kept = await keep();
  expect(await findKeptBatch(folder)).toEqual(kept);
  const path = idsPath(folder);
  expect([...idRanges(folder, kept)]).toEqual([
    ["tracks", { path, startBytes: 0, sizeBytes: 16 }],
    ["releases", { path, startBytes: 16, sizeBytes: 8 }],
  ]);
});

test.each([
  ["its rows are", () => partPath(folder, "tracks"), 3],
  ["its ids are", () => idsPath(folder), 16],
  ["its journal is", () => join(folder, "done.json"), 10],
])("it is not when %s too short", async (_, path, sizeBytes) => {
  await keep();
  truncateSync(path(), sizeBytes);
  expect(await findKeptBatch(folder)).toBeNull();
});
