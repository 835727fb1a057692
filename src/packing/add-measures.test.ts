import { mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestAlbum } from "../../test/fixtures/audio.ts";
import { albumGain, analyseFiles, type Loudness, trackGain } from "../audio/index.ts";
import { buildCatalogue, currentSnapshot, openSnapshot } from "../catalogue/index.ts";
import { type Archive, initArchive, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { addMeasures } from "./add-measures.ts";
import { packPlan } from "./pack-plan.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, shardPaths } from "./shard-manifest.ts";
import { packSample } from "./testing/sample-archive.ts";
import { useSampleArchives } from "./testing/sample-workspace.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const samples = useSampleArchives();
const root = mkdtempSync(join(tmpdir(), "deadwax-measures-"));
afterAll(() => rmSync(root, { recursive: true }));
const reporter = silentReporter;
const want = { truePeak: false, features: false };
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

test("the gain of each track and album is what the same files are measured to have", async () => {
  const database = await openSnapshot(await currentSnapshot(archive));
  const rows = await database.rows(
    `select h.root || '/' || h.path as path, g.* from replay_gain g join holding h using (track_id) order by path`,
  );
  database.close();
  const measured = new Map<string, Loudness>();
  const files = rows.map(({ path }) => String(path));
  for await (const { path, outcome } of analyseFiles({ files, workers: 2, want })) {
    if (outcome.ok) measured.set(path, outcome.loudness);
  }
  const loudnessOf = ({ path }: (typeof rows)[number]): Loudness[] => {
    const loudness = measured.get(String(path));
    return loudness ? [loudness] : [];
  };
  for (const row of rows) {
    const [own] = loudnessOf(row);
    const gain = own ? trackGain(own) : null;
    expect(row.gain_db).toBeCloseTo(gain?.gainDb ?? 0, 9);
    expect(row.peak).toBeCloseTo(gain?.peak ?? 0, 6);
    const companions = rows.filter(({ album_id }) => album_id === row.album_id);
    const album = albumGain(companions.flatMap(loudnessOf));
    expect(row.album_gain_db).toBeCloseTo(album?.gainDb ?? 0, 9);
    expect(row.album_peak).toBeCloseTo(album?.peak ?? 0, 6);
    expect(row.album_tracks).toBe(companions.length);
  }
  // The tags of a WAV file name no album artist: it is an album of its own.
  expect(rows.map(({ album_tracks }) => album_tracks)).toEqual([1, 6, 6, 6, 6, 6, 6]);
});

test("the same shards are not taken in twice", async () => {
  expect(await addMeasures({ archive, reporter })).toMatchObject({ accession: null });
});

test("tracks whose blocks no album can take in are counted, also when they were read before", async () => {
  expect(await addMeasures({ archive, reporter })).toMatchObject({ withoutBlocks: 0 });
  // What stands in for the audio stage keeps a loudness, and no blocks: as packing did at first.
  const { archive: early } = await samples.shared();
  const { packed } = await packSample(early);
  const tracks = packed.original + packed["access-copy"];
  const first = await addMeasures({ archive: early, reporter });
  expect(first).toMatchObject({ tracks, withoutBlocks: tracks, accession: expect.any(String) });
  expect(await addMeasures({ archive: early, reporter })).toEqual({ ...first, accession: null });
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
