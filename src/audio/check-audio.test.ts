import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../../test/fixtures/audio.ts";
import { checkAudio } from "./check-audio.ts";
import type { CheckJob } from "./types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BEFORE = Buffer.alloc(1536, 1);
const BEHIND = Buffer.alloc(2048, 2);

/** A stream in the middle of a file, under a name that is awkward in an FFmpeg URL. */
function embedded(stream: Buffer, ext: string): CheckJob {
  const dir = join(folder, "a b,,:%20'ü");
  mkdirSync(dir, { recursive: true });
  const path = join(dir, "shard,end,5,,:.tar");
  writeFileSync(path, Buffer.concat([BEFORE, stream, BEHIND]));
  return {
    jobId: "check",
    path,
    offsetBytes: BEFORE.length,
    sizeBytes: stream.length,
    ext,
    expected: { durationMs: 2000 },
    sampleDigest: false,
  };
}

test.each(TEST_CODECS)("%s is decoded where it lies inside a larger file", async (codec) => {
  const { path, samples, sampleRateHz } = makeTestTone({ path: join(folder, `whole.${codec}`), codec });
  const stream = readFileSync(path);
  expect(await checkAudio(embedded(stream, TEST_EXTENSION[codec]))).toMatchObject({
    ok: true,
    sha256: createHash("sha256").update(stream).digest("hex"),
    decodedSamples: samples,
    expectedSamples: samples,
    sampleRateHz,
    durationMs: 2000,
  });
});

test("one flipped byte of a stream is found", async () => {
  const { path } = makeTestTone({ path: join(folder, "flip.ogg"), codec: "vorbis" });
  const stream = readFileSync(path);
  const middle = stream.length >> 1;
  stream.writeUInt8(stream.readUInt8(middle) ^ 1, middle);
  expect(await checkAudio(embedded(stream, "ogg"))).toMatchObject({ ok: false, reason: "ogg-damaged" });
});

test("FLAC samples are checked against their MD5", async () => {
  const { path } = makeTestTone({ path: join(folder, "md5.flac"), codec: "flac" });
  const stream = readFileSync(path);
  stream.writeUInt8(stream.readUInt8(30) ^ 1, 30);
  expect(await checkAudio(embedded(stream, "flac"))).toMatchObject({
    ok: false,
    reason: "flac-md5-mismatch",
  });
});

test("a range past the end of the file, and a file that is gone, are refused", async () => {
  const { path } = makeTestTone({ path: join(folder, "end.ogg"), codec: "vorbis" });
  const job = embedded(readFileSync(path), "ogg");
  const past = { ...job, sizeBytes: job.sizeBytes + BEHIND.length + 1 };
  expect(await checkAudio(past)).toMatchObject({ ok: false, reason: "unreadable" });
  expect(await checkAudio({ ...job, path: join(folder, "gone.tar") })).toMatchObject({
    reason: "unreadable",
  });
});

test("a range of no byte is empty", async () => {
  const { path } = makeTestTone({ path: join(folder, "none.ogg"), codec: "vorbis" });
  const job = { ...embedded(readFileSync(path), "ogg"), sizeBytes: 0 };
  expect(await checkAudio(job)).toMatchObject({ ok: false, reason: "empty" });
});
