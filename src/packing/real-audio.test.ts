import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestAlbum } from "../../test/fixtures/audio.ts";
import { createAudioPool } from "../audio/index.ts";
import { buildCatalogue } from "../catalogue/index.ts";
import { type Archive, initArchive, policySchema, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource, addPlaysSource } from "../sources/index.ts";
import { packPlan, planPack } from "./pack-plan.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, shardPaths } from "./shard-manifest.ts";
import { packInChild } from "./testing/pack-in-child.ts";
import { shardDigests } from "./testing/sample-archive.ts";
import { clearShards } from "./testing/sample-workspace.ts";
import { trackDocumentSchema } from "./track-document.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-real-"));
afterAll(() => rmSync(root, { recursive: true }));

// Processes are started and audio is decoded: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const reporter = silentReporter;
const music = join(root, "music");
let archive: Archive;
let expected: readonly string[];

/** Shards by name, which is their digest: manifests also tell when they were sealed. */
function tars(): readonly string[] {
  return [...shardDigests(archive).keys()].filter((name) => !name.endsWith(".json"));
}

beforeAll(async () => {
  makeTestAlbum(join(music, "originals"), { seconds: 4 });
  makeTestAlbum(join(music, "copies"), { codecs: ["flac", "wav", "mp3"], seconds: 12, seed: 2 });
  const damaged = readFileSync(join(music, "originals/02 Second.ogg"));
  damaged.fill(0, 20_000, 20_500);
  writeFileSync(join(music, "damaged.ogg"), damaged);
  const policy = policySchema.parse({
    selection: { unknownPopularity: "access-copy", duplicates: "keep-all" },
    packing: { shardTargetBytes: 1_000_000, pieceLengthBytes: 65_536 },
  });
  ({ archive } = await initArchive(join(root, "archive"), { policy }));
  await addAudioSource({ archive, reporter, folders: [music], workers: 2 });
  const counted = readdirSync(join(music, "originals")).map(
    (name, index) => `originals/${name},${index + 1}`,
  );
  writeFileSync(join(root, "plays.csv"), ["path,plays", ...counted, "damaged.ogg,9", ""].join("\n"));
  await addPlaysSource({ archive, reporter, file: join(root, "plays.csv") });
  await buildCatalogue({ archive, reporter });
  await ensureRights({ archive, reporter });
  await makePlan({ archive, reporter });
  const preview = await planPack({ archive });
  expect(preview.toPack.original.tracks + preview.toPack["access-copy"].tracks).toBe(11);
  const summary = await packPlan({ archive, reporter, workers: 1 });
  expect(summary.quarantine).toMatchObject([{ path: "damaged.ogg", reason: "ogg-damaged" }]);
  expect(summary.packed).toEqual({ original: 7, "access-copy": 3 });
  expect(summary.shards.length).toBeGreaterThan(1);
  expected = tars();
});

test("two workers give the same bytes as one", async () => {
  clearShards(archive);
  await packPlan({ archive, reporter, workers: 2 });
  expect(tars()).toEqual(expected);
});

test("a run that is killed with its audio processes at work ends with the same bytes", async () => {
  clearShards(archive);
  const { operations } = await packInChild(archive, 0, 2);
  clearShards(archive);
  for (const number of fc.sample(fc.integer({ min: 1, max: Math.ceil(operations / 2) }), 3)) {
    await packInChild(archive, number, 2);
  }
  await packPlan({ archive, reporter, workers: 2 });
  expect(tars()).toEqual(expected);
  expect(readdirSync(archive.layout.scratch)).toEqual([]);
});

test("every stored stream decodes to what its row says", async () => {
  const pool = createAudioPool({ workers: 2 });
  try {
    for (const { id } of await listShards(archive)) {
      const path = shardPaths(archive, id).tar;
      for await (const row of readShardIndex(archive, id)) {
        const { offsetBytes, sizeBytes, ext, durationMs } = row;
        const job = {
          jobId: row.trackId,
          path,
          offsetBytes,
          sizeBytes,
          ext,
          expected: { durationMs },
          sampleDigest: false,
        };
        expect(await pool.check(job)).toMatchObject({
          ok: true,
          sha256: row.sha256,
          codec: row.codec,
          sampleRateHz: row.sampleRateHz,
          channels: row.channels,
          decodedSamples: row.decodedSamples,
          durationMs: row.durationMs,
          ...(row.disposition === "original" ? { payloadSha256: row.payloadSha256 } : {}),
        });
      }
    }
  } finally {
    await pool.close();
  }
});

test("every document tells what the track sounds like, measured in the same pass", async () => {
  let documents = 0;
  for (const { id } of await listShards(archive)) {
    const { tar } = shardPaths(archive, id);
    for await (const row of readShardIndex(archive, id)) {
      const json = execFileSync("tar", ["--extract", "--to-stdout", "--file", tar, `${row.trackId}.json`]);
      const { features, loudness } = trackDocumentSchema.parse(JSON.parse(json.toString()));
      expect(features?.tool).toMatch(/^deadwax-features/);
      expect(features?.dynamics?.energyRms).toBeGreaterThan(0);
      expect(Buffer.from(features?.waveform?.base64 ?? "", "base64").length).toBeGreaterThan(50);
      expect(loudness.shortTermMaxLufs).toBeGreaterThanOrEqual((loudness.integratedLufs ?? 0) - 1);
      documents += 1;
    }
  }
  expect(documents).toBe(10);
});

test("originals leave a shard as they went in", async () => {
  const held = new Set(
    readdirSync(join(music, "originals")).map((name) => sha256(readFileSync(join(music, "originals", name)))),
  );
  let originals = 0;
  for (const { id } of await listShards(archive)) {
    for await (const row of readShardIndex(archive, id)) {
      if (row.disposition !== "original") continue;
      const name = `${row.trackId}.${row.ext}`;
      const tar = shardPaths(archive, id).tar;
      const bytes = execFileSync("tar", ["--extract", "--to-stdout", "--file", tar, name], {
        maxBuffer: 1 << 26,
      });
      expect(held.has(sha256(bytes))).toBe(true);
      originals += 1;
    }
  }
  expect(originals).toBeGreaterThan(0);
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
