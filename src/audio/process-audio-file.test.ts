import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  makeTestTone,
  TEST_CODECS,
  TEST_EXTENSION,
  type TestTone,
  type TestToneFile,
} from "../../test/fixtures/audio.ts";
import { ACCESS_COPY, audioJob } from "../../test/fixtures/audio-job.ts";
import { shiftGranules } from "../../test/fixtures/audio-retag.ts";
import { id3v24 } from "../../test/fixtures/audio-tags.ts";
import { openSource } from "../sources/source-file.ts";
import { makeZip } from "../sources/testing/make-zip.ts";
import { processAudioFile } from "./process-audio-file.ts";
import type { AudioOutcome, AudioSuccess, AudioWant } from "./types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-audio-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let counter = 0;
function tone(options: Omit<TestTone, "path">): TestToneFile {
  return makeTestTone({ ...options, path: join(folder, `${counter++}.${TEST_EXTENSION[options.codec]}`) });
}

async function taken(path: string, want: Partial<AudioWant> = {}): Promise<AudioSuccess> {
  const outcome = await processAudioFile(audioJob(path, folder, want, `job${counter++}`));
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome;
}

function reasonOf(outcome: AudioOutcome): string {
  return outcome.ok ? "taken" : outcome.reason;
}

test.each(TEST_CODECS)("%s decodes to exactly the samples that went in", async (codec) => {
  const file = tone({ codec });
  const outcome = await taken(file.path);
  expect(outcome).toMatchObject({
    decodedSamples: file.samples,
    expectedSamples: file.samples,
    durationMs: 2000,
    sampleRateHz: file.sampleRateHz,
    channels: 2,
    notes: [],
  });
});

test.each([
  { codec: "wav", sampleRateHz: 8000, channels: 1, bitsPerSample: 24 },
  { codec: "wav", sampleRateHz: 192_000, channels: 2, bitsPerSample: 16 },
  { codec: "flac", sampleRateHz: 96_000, channels: 1, bitsPerSample: 24 },
  { codec: "flac", sampleRateHz: 44_100, channels: 6, bitsPerSample: 16 },
  { codec: "vorbis", sampleRateHz: 48_000, channels: 6, bitsPerSample: 16 },
  { codec: "vorbis", sampleRateHz: 11_025, channels: 1, bitsPerSample: 16, bitrateKbps: 24 },
  { codec: "alac", sampleRateHz: 44_100, channels: 2, bitsPerSample: 24 },
] as const)(
  "$codec of $channels channels, $sampleRateHz Hz, $bitsPerSample bits is taken",
  async (options) => {
    const { samples } = tone({ ...options, seconds: 1 });
    const outcome = await taken(join(folder, `${counter - 1}.${TEST_EXTENSION[options.codec]}`), {
      accessCopy: ACCESS_COPY,
    });
    expect(outcome).toMatchObject({
      decodedSamples: samples,
      channels: options.channels,
      accessCopy: { channels: options.channels, durationMs: 1000 },
    });
  },
);

test.each([1, 2, 6])("a sine in each of %i channels has the energy of the sine", async (channels) => {
  const { path } = tone({
    codec: "wav",
    signal: "sine",
    frequencyHz: 1000,
    level: 0.5,
    seconds: 2,
    channels,
  });
  const { features } = await taken(path, { features: true });
  expect(features?.dynamics?.energyRms).toBeCloseTo(0.5 / Math.SQRT2, 2);
});

test("hashes are of the bytes of the file, and the kept original is those bytes", async () => {
  const { path } = tone({ codec: "vorbis" });
  const outcome = await taken(path, { keepOriginal: true });
  const bytes = readFileSync(path);
  expect(outcome.fileSha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(outcome.sizeBytes).toBe(bytes.length);
  expect(readFileSync(outcome.original?.spoolPath ?? "").equals(bytes)).toBe(true);
});

test("the payload hash does not see tags, the file hash does", async () => {
  const plain = await taken(tone({ codec: "flac" }).path);
  const tagged = await taken(tone({ codec: "flac", tags: [["TITLE", "Tagged"]] }).path);
  expect(tagged.payloadSha256).toBe(plain.payloadSha256);
  expect(tagged.fileSha256).not.toBe(plain.fileSha256);
});

test("nothing is left in the spool folder but what was ordered", async () => {
  const spoolDir = mkdtempSync(join(folder, "spool-"));
  const { path } = tone({ codec: "wav" });
  await processAudioFile(audioJob(path, spoolDir, {}, "plain"));
  expect(readdirSync(spoolDir)).toEqual([]);
  await processAudioFile(audioJob(path, spoolDir, { accessCopy: ACCESS_COPY, keepOriginal: true }, "both"));
  expect(readdirSync(spoolDir).sort()).toEqual(["both.opus", "both.original"]);
  writeFileSync(path, readFileSync(path).subarray(0, 5000));
  await processAudioFile(audioJob(path, spoolDir, { accessCopy: ACCESS_COPY, keepOriginal: true }, "both"));
  expect(readdirSync(spoolDir)).toEqual([]);
});

test("FLAC samples that do not have the MD5 of STREAMINFO are refused", async () => {
  const { path } = tone({ codec: "flac" });
  const bytes = readFileSync(path);
  bytes.writeUInt8((bytes.readUInt8(26) + 1) & 0xff, 26); // the first byte of the MD5
  writeFileSync(path, bytes);
  expect(reasonOf(await processAudioFile(audioJob(path, folder)))).toBe("flac-md5-mismatch");
});

test("FLAC without an MD5 is taken on its sample count, with a note", async () => {
  const { path } = tone({ codec: "flac" });
  writeFileSync(path, readFileSync(path).fill(0, 26, 42));
  expect(await taken(path)).toMatchObject({ proof: "sample-count", notes: [{ kind: "flac-md5-absent" }] });
});

test("FLAC with its MD5 is proved by it", async () => {
  expect((await taken(tone({ codec: "flac", bitsPerSample: 24 }).path)).proof).toBe("flac-md5");
});

test("Ogg whose last granule states more samples than there are is refused", async () => {
  const { path } = tone({ codec: "vorbis" });
  writeFileSync(path, shiftGranules(readFileSync(path), { last: 5000 }));
  expect(reasonOf(await processAudioFile(audioJob(path, folder)))).toBe("samples-missing");
});

test("a Vorbis stream that begins inside its first block loses that beginning, not its end", async () => {
  const { path, samples } = tone({ codec: "vorbis", signal: "sine", level: 0.1 });
  writeFileSync(path, shiftGranules(readFileSync(path), { all: -128 }));
  expect(await taken(path, { accessCopy: ACCESS_COPY })).toMatchObject({
    decodedSamples: samples - 128,
    expectedSamples: samples - 128,
    notes: [{ kind: "ogg-start-offset" }],
    accessCopy: { durationMs: Math.round(((samples - 128) * 1000) / 44_100) },
  });
});

test("a Vorbis stream on a single page is as long as it says", async () => {
  const { path, samples } = tone({ codec: "vorbis", seconds: 0.2 });
  expect((await taken(path)).decodedSamples).toBe(samples);
});

test("a tag of 12 MB in front of an MP3 is passed over", async () => {
  const { path } = tone({ codec: "mp3" });
  const picture = id3v24([["PICTURE", "x".repeat(12_000_000)]]);
  writeFileSync(path, Buffer.concat([picture, readFileSync(path)]));
  expect((await taken(path)).durationMs).toBe(2000);
});

test("a tag that claims more than there is makes no audio", async () => {
  const path = join(folder, "huge-tag.mp3");
  writeFileSync(
    path,
    Buffer.concat([Buffer.from("ID3\x04\0\0\x7f\x7f\x7f\x7f", "latin1"), Buffer.alloc(100_000, 1)]),
  );
  expect((await processAudioFile(audioJob(path, folder))).ok).toBe(false);
});

test("a member of a zip container, and a file whose name is no UTF-8, are read in place", async () => {
  const { path } = tone({ codec: "vorbis" });
  const bytes = readFileSync(path);
  const plain = await taken(path);
  writeFileSync(join(folder, "music.pk3"), makeZip([{ name: "music/theme.ogg", content: bytes }]));
  const name = Buffer.from([0x74, 0xfc, 0x2e, 0x6f, 0x67, 0x67]); // Latin-1 for "tü.ogg"
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), bytes);
  for (const locator of [
    { path: "music.pk3", pathB64: null, member: "music/theme.ogg", memberB64: null },
    { path: "t\ufffd.ogg", pathB64: name.toString("base64"), member: null, memberB64: null },
  ]) {
    const job = { ...audioJob(folder, folder), source: { root: folder, ...locator } };
    expect(await processAudioFile(job)).toMatchObject({ ok: true, fileSha256: plain.fileSha256 });
  }
});

test("a file that changes while it is read is refused", async () => {
  const { path } = tone({ codec: "wav" });
  const outcome = await processAudioFile(audioJob(path, folder), {
    shouldStop: () => false,
    openSource: async (locator, limits) => {
      const source = await openSource(locator, limits);
      writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(10)]));
      return source;
    },
  });
  expect(reasonOf(outcome)).toBe("changed-while-read");
});

test("a file that is gone, and a file over the limit, are refused with the reason", async () => {
  const { path } = tone({ codec: "wav" });
  const job = audioJob(path, folder);
  const small = { ...job, limits: { ...job.limits, maxFileBytes: 1000 } };
  expect(reasonOf(await processAudioFile(small))).toBe("too-large");
  rmSync(path);
  expect(reasonOf(await processAudioFile(job))).toBe("unreadable");
});

test("a spool folder that is not there is no fault of the file", async () => {
  const { path } = tone({ codec: "wav" });
  await expect(processAudioFile(audioJob(path, join(folder, "nowhere")))).rejects.toMatchObject({
    code: "ENOENT",
  });
});
