import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../../test/fixtures/audio.ts";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  type SealedTrack,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type AudioPool, createAudioPool } from "../audio/index.ts";
import { type Archive, silentReporter } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { createRelease } from "../release/index.ts";
import { verifyRelease } from "./verify-release.ts";
import type { VerifyReport } from "./verify-report.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-decode-"));
let archive: Archive;
let pool: AudioPool;

beforeAll(async () => {
  pool = createAudioPool({ workers: 2 });
  archive = await makeEmptyArchive(join(root, "archive"));
  const sound = await Promise.all(TEST_CODECS.map((codec, index) => realTrack(codec, index + 1)));
  await sealTracks(archive, sound);
  await sealTracks(archive, [
    // Signed as it is, and no audio at all.
    { number: 21, audio: noiseBytes(21, 30_000) },
    { ...(await realTrack("flac", 22)), decodedSamples: 1 },
    { ...(await realTrack("opus", 23)), disposition: "access-copy", channels: 1 },
  ]);
  const numbers = [...sound.map(({ number }) => number), 21, 22, 23];
  await planByHand(
    archive,
    numbers.map((number) => ({ number, disposition: "original" as const })),
  );
  const common = { archive, reporter: silentReporter };
  await createRelease({ ...common, gate: gateBut([21, 22, 23]), name: "sound" });
  await createRelease({ ...common, gate: gateBut(), name: "unsound" });
});
afterAll(async () => {
  await pool.close();
  rmSync(root, { recursive: true });
});

async function realTrack(codec: (typeof TEST_CODECS)[number], number: number): Promise<SealedTrack> {
  const ext = TEST_EXTENSION[codec];
  const path = join(root, `${number}.${ext}`);
  makeTestTone({ path, codec, seconds: 1, seed: number });
  const audio = readFileSync(path);
  const checked = await pool.check({
    jobId: `measure-${number}`,
    path,
    offsetBytes: 0,
    sizeBytes: audio.length,
    ext,
    expected: { durationMs: 1000 },
    sampleDigest: false,
  });
  if (!checked.ok) throw new Error(`${codec}: ${checked.reason}: ${checked.detail}`);
  const { decodedSamples, sampleRateHz, channels, durationMs } = checked;
  return { number, audio, ext, codec, decodedSamples, sampleRateHz, channels, durationMs };
}

function verify(name: string): Promise<VerifyReport> {
  const createDecoder = () => ({
    check: (job: Parameters<AudioPool["check"]>[0]) => pool.check(job),
    close: async () => {},
  });
  return verifyRelease({
    path: join(archive.layout.releases, name),
    reporter: silentReporter,
    workers: 2,
    createDecoder,
  });
}

test("every track of every codec is decoded out of its shard", async () => {
  const report = await verify("sound");
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, checked: { tracks: 7, decoded: 7 } });
});

test("tracks that were signed and are no audio, or other audio than the table says, are named", async () => {
  const report = await verify("unsound");
  const id = (number: number) => trackIdFromBigInt(BigInt(number));
  expect(
    report.findings.map(({ kind, tracks }) => [kind, tracks.map(({ trackId }) => trackId)]).sort(),
  ).toEqual([
    ["track-undecodable", [id(21)]],
    ["track-undecodable", [id(22)]],
    ["track-undecodable", [id(23)]],
  ]);
  expect(report.findings.every(({ offsetBytes }) => offsetBytes !== null)).toBe(true);
});

test("a damaged track is reported once, by its bytes, and the others are decoded", async () => {
  const { findings } = await verify("sound");
  expect(findings).toEqual([]);
  const path = join(archive.layout.releases, "sound", "data");
  const [track] = await soundTracks();
  const file = join(path, `${track?.shard}.tar`);
  const bytes = readFileSync(file);
  const at = (track?.offsetBytes ?? 0) + 1000;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
  const report = await verify("sound");
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
  expect(report.findings.map(({ kind, tracks }) => [kind, tracks.map(({ trackId }) => trackId)])).toEqual([
    ["entry-changed", [track?.trackId]],
  ]);
  expect(report.checked).toMatchObject({ tracks: 7, decoded: 6 });
});

async function soundTracks() {
  const { createTableReader } = await import("../release/table-reader.ts");
  const reader = createTableReader();
  try {
    const table = join(archive.layout.releases, "sound", "tracks.parquet");
    const found = await reader.find(table, { trackId: 1n, isrc: null }, 1);
    return found.ok ? found.value : [];
  } finally {
    await reader.close();
  }
}
