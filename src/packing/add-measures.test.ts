import { mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestAlbum } from "../../test/fixtures/audio.ts";
import { buildCatalogue, currentSnapshot, openSnapshot } from "../catalogue/index.ts";
import { type Archive, initArchive, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { addMeasures } from "./add-measures.ts";
import { packPlan } from "./pack-plan.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, shardPaths } from "./shard-manifest.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const root = mkdtempSync(join(tmpdir(), "deadwax-measures-"));
afterAll(() => rmSync(root, { recursive: true }));
const reporter = silentReporter;
let archive: Archive;

beforeAll(async () => {
  makeTestAlbum(join(root, "music"), { seconds: 4 });
  ({ archive } = await initArchive(join(root, "archive"), {}));
  await addAudioSource({ archive, reporter, folders: [join(root, "music")], workers: 2 });
  await buildCatalogue({ archive, reporter });
  await ensureRights({ archive, reporter });
  await makePlan({ archive, reporter });
});

test("before anything is packed there is nothing to take in", async () => {
  await expect(addMeasures({ archive, reporter })).rejects.toMatchObject({ code: "failed" });
});

test("what was measured while packing stands in the columns of the tracks, and nothing else does", async () => {
  await packPlan({ archive, reporter, workers: 2 });
  const sources = readdirSync(archive.layout.sources);
  const dry = await addMeasures({ archive, reporter, dryRun: true });
  expect(dry).toMatchObject({ dryRun: true, accession: null });
  expect(readdirSync(archive.layout.sources)).toEqual(sources);
  const summary = await addMeasures({ archive, reporter });
  expect(summary).toMatchObject({
    accession: expect.stringMatching(/^measures-shards-/),
    withoutFeatures: 0,
  });
  expect(summary.tracks).toBe(dry.tracks);
  expect(summary.tracks).toBeGreaterThan(3);
  await buildCatalogue({ archive, reporter });
  const snapshot = await currentSnapshot(archive);
  if (!snapshot) throw new Error("no snapshot");
  const database = await openSnapshot(snapshot);
  try {
    const [row] = await database.rows(
      `select count(*)::integer as tracks, count(energy)::integer as energy, min(energy) > 0 as is_loud,
         max(loudness_db) < 0 as is_below_full_scale, count(*) filter (feature_tool like 'deadwax-features/%')::integer as tools,
         count(valence)::integer + count(acousticness)::integer + count(liveness)::integer as invented
       from track`,
    );
    expect(row).toMatchObject({
      tracks: summary.tracks,
      energy: summary.tracks,
      is_loud: true,
      is_below_full_scale: true,
      tools: summary.tracks,
      invented: 0,
    });
  } finally {
    database.close();
  }
});

test("the same shards are not taken in twice", async () => {
  expect(await addMeasures({ archive, reporter })).toMatchObject({ accession: null });
});

test("a document that is not what was sealed is refused", async () => {
  const [shard] = await listShards(archive);
  if (!shard) throw new Error("no shard");
  rmSync(join(archive.layout.sources), { recursive: true });
  for await (const row of readShardIndex(archive, shard.id)) {
    const file = openSync(shardPaths(archive, shard.id).tar, "r+");
    writeSync(file, Buffer.from("X"), 0, 1, row.jsonOffsetBytes + 20);
    break;
  }
  await expect(addMeasures({ archive, reporter })).rejects.toMatchObject({ code: "integrity" });
});
