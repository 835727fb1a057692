import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_EXTENSION, type TestTone } from "../../test/fixtures/audio.ts";
import { ACCESS_COPY, audioJob } from "../../test/fixtures/audio-job.ts";
import { splitPages } from "../../test/fixtures/audio-retag.ts";
import { OggWalker } from "../formats/ogg/index.ts";
import { checkAudio } from "./check-audio.ts";
import { pictureBlock } from "./cover-picture.ts";
import { finishErrorLog, startErrorLog } from "./engine/error-log.ts";
import { shrinkCover } from "./engine/shrink-cover.ts";
import { fingerprintSimilarity } from "./fingerprint-similarity.ts";
import { processAudioFile } from "./process-audio-file.ts";
import type { AccessCopy, AudioSuccess, TagPairs } from "./types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-access-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let counter = 0;

interface Copied {
  readonly source: AudioSuccess;
  readonly copy: AccessCopy;
  readonly bytes: Buffer;
}

async function copied(
  options: Omit<TestTone, "path">,
  order: { readonly tags?: TagPairs; readonly provenance?: TagPairs; readonly bitrateKbps?: number } = {},
): Promise<Copied> {
  const name = `copy${counter++}`;
  const { path } = makeTestTone({
    ...options,
    path: join(folder, `${name}.${TEST_EXTENSION[options.codec]}`),
  });
  const job = audioJob(path, folder, { accessCopy: { ...ACCESS_COPY, ...order } }, name);
  const source = await processAudioFile(job);
  if (!source.ok || source.accessCopy === null) throw new Error(JSON.stringify(source));
  return { source, copy: source.accessCopy, bytes: readFileSync(source.accessCopy.spoolPath) };
}

async function decodedSamples({ copy }: Copied): Promise<number> {
  const outcome = await checkAudio({
    jobId: "check",
    path: copy.spoolPath,
    offsetBytes: 0,
    sizeBytes: copy.sizeBytes,
    ext: "opus",
    expected: { durationMs: null },
    sampleDigest: false,
  });
  return outcome.ok ? outcome.decodedSamples : -1;
}

/** The comments of an Opus file whose comment header fits one page. */
function comments(bytes: Buffer): string[] {
  const page = splitPages(bytes)[1] ?? Buffer.alloc(0);
  const packet = page.subarray(27 + (page[26] ?? 0));
  let at = 8;
  const text = (): string => {
    const length = packet.readUInt32LE(at);
    at += 4 + length;
    return packet.toString("utf8", at - length, at);
  };
  text();
  const count = packet.readUInt32LE(at);
  at += 4;
  return Array.from({ length: count }, text);
}

test.each([
  [0.05, 44_100],
  [0.999_98, 44_100],
  [1, 8000],
  [1.337, 48_000],
  [2.02, 96_000],
  [3.000_01, 22_050],
])("the copy of %d s at %d Hz lasts as long as the source, to the sample", async (seconds, sampleRateHz) => {
  const result = await copied({ codec: "wav", seconds, sampleRateHz });
  const samples = Math.round(seconds * sampleRateHz);
  expect(await decodedSamples(result)).toBe(Math.round((samples * 48_000) / sampleRateHz));
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "a copy of %d channels keeps them and is a sound Ogg file",
  async (channels) => {
    const { bytes, copy, source } = await copied({ codec: "wav", seconds: 1.5, channels });
    const walker = new OggWalker();
    walker.push(bytes);
    expect(walker.finish()).toMatchObject({
      ok: true,
      codec: "opus",
      channels,
      granuleSamples: 72_000,
      eos: true,
    });
    expect(copy).toMatchObject({ channels, sizeBytes: bytes.length });
    expect(copy.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(source.channels).toBe(channels);
  },
);

test("constrained VBR stays at the bit rate that was ordered", async () => {
  const { copy } = await copied({ codec: "wav", seconds: 20 });
  expect(copy.bitrateKbps).toBeGreaterThan(70);
  expect(copy.bitrateKbps).toBeLessThan(79);
});

test("the same source and order give the same bytes, another source gives another serial number", async () => {
  const tags = [["TITLE", "Twice"]] as const;
  const first = await copied({ codec: "vorbis", seed: 3 }, { tags });
  const again = await copied({ codec: "vorbis", seed: 3 }, { tags });
  const other = await copied({ codec: "vorbis", seed: 4 }, { tags });
  expect(again.bytes.equals(first.bytes)).toBe(true);
  expect(first.bytes.toString("hex", 14, 18)).not.toBe(other.bytes.toString("hex", 14, 18));
});

test("tags survive in their order with all their values, then provenance, then the encoding", async () => {
  const tags = [
    ["ARTIST", "First Artist"],
    ["TITLE", "Größer = schöner"],
    ["ARTIST", "Second Artist"],
    ["ISRC", "QZDWX2400001"],
    ["ISRC", "QZDWX2400002"],
  ] as const;
  const { bytes, source } = await copied(
    { codec: "wav" },
    { tags, provenance: [["DEADWAX_ARCHIVE", "did:key:z"]] },
  );
  const gain = Math.round((-23 - (source.loudness.integratedLufs ?? 0)) * 256);
  expect(comments(bytes)).toEqual([
    ...tags.map(([key, value]) => `${key}=${value}`),
    "DEADWAX_ARCHIVE=did:key:z",
    `DEADWAX_SOURCE_SHA256=${source.fileSha256}`,
    expect.stringMatching(/^ENCODER=libopus \(FFmpeg /),
    "ENCODER_OPTIONS=--cvbr --bitrate 75 --comp 10 --framesize 20 --music-and-speech",
    `R128_TRACK_GAIN=${gain}`,
  ]);
});

test("chapters that a file has as Vorbis comments stay in their order", async () => {
  const tags = [
    ["CHAPTER000", "00:00:00.000"],
    ["CHAPTER000NAME", "Opening"],
    ["CHAPTER001", "00:00:01.500"],
    ["CHAPTER001NAME", "Theme"],
  ] as const;
  const { bytes } = await copied({ codec: "vorbis" }, { tags });
  expect(comments(bytes).slice(0, 4)).toEqual(tags.map(([key, value]) => `${key}=${value}`));
});

/** A PNG of one pixel, of at least so many bytes: a chunk that nobody knows fills it up. */
function withCover(cover: Buffer): Omit<TestTone, "path"> {
  return { codec: "vorbis", tags: [["METADATA_BLOCK_PICTURE", pictureBlock(cover).toString("base64")]] };
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([size, typed, check]);
}

/** Of pixels that no packing makes smaller. */
function noisePng(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  let state = 1;
  for (let at = 0; at < rows.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    rows[at] = at % (1 + 3 * width) === 0 ? 0 : state >> 16;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const chunks = [pngChunk("IHDR", header), pngChunk("IDAT", deflateSync(rows, { level: 0 }))];
  return Buffer.concat([signature, ...chunks, pngChunk("IEND", Buffer.alloc(0))]);
}

function png(sizeBytes: number): Buffer {
  const pixel = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const fillBytes = sizeBytes - pixel.length - 12;
  if (fillBytes < 0) return pixel;
  const endAt = pixel.length - 12;
  const filling = pngChunk("fiLl", Buffer.alloc(fillBytes));
  return Buffer.concat([pixel.subarray(0, endAt), filling, pixel.subarray(endAt)]);
}

test.each([
  [0, true],
  [65_536, true],
  [65_537, true],
])("a cover of %i bytes is carried over: %s", async (sizeBytes, isCarried) => {
  const cover = png(sizeBytes);
  const picture = pictureBlock(cover);
  const { bytes } = await copied(withCover(cover));
  const walker = new OggWalker();
  walker.push(bytes);
  expect(walker.finish().problems).toEqual([]);
  expect(bytes.includes("METADATA_BLOCK_PICTURE=")).toBe(isCarried);
  if (sizeBytes > 0) return;
  const carried = comments(bytes).find((comment) => comment.startsWith("METADATA_BLOCK_PICTURE="));
  expect(Buffer.from(carried?.split("=", 2)[1] ?? "", "base64")).toEqual(picture);
});

test("a larger cover is made smaller", async () => {
  const { bytes } = await copied(withCover(noisePng(400, 300)));
  const carried = comments(bytes).find((comment) => comment.startsWith("METADATA_BLOCK_PICTURE="));
  const picture = Buffer.from(carried?.slice(carried.indexOf("=") + 1) ?? "", "base64");
  expect(picture.subarray(8, 18).toString()).toBe("image/jpeg");
  const jpeg = picture.subarray(8 + 10 + 4 + 16 + 4);
  expect(jpeg.length).toBeLessThanOrEqual(65_536);
  // The frame header (ITU-T T.81, B.2.2): height and width. Noise does not fit at 400 pixels.
  const frame = jpeg.indexOf(Buffer.from("ffc0", "hex"));
  expect([jpeg.readUInt16BE(frame + 7), jpeg.readUInt16BE(frame + 5)]).toEqual([250, 188]);
});

test.each([
  ["with a damaged head", noisePng(400, 300).fill(0, 20, 60), "image/png"],
  ["that is cut", noisePng(400, 300).subarray(0, 40), "image/png"],
  ["of another kind", Buffer.from("RIFF0000WEBP"), "image/webp"],
  ["that is no picture", Buffer.alloc(70_000, 7), "image/"],
])("a larger cover %s stays out, and says nothing of the sound", async (_, image, mime) => {
  startErrorLog();
  expect(shrinkCover(image, mime, 65_536)).toBeNull();
  expect(await finishErrorLog()).toEqual({ count: 0, messages: [] });
});

test("tags of more than a page of Ogg are written whole", async () => {
  const tags = [["LYRICS", "la ".repeat(60_000)]] as const;
  const { bytes } = await copied({ codec: "wav" }, { tags });
  const walker = new OggWalker();
  walker.push(bytes);
  expect(walker.finish().problems).toEqual([]);
  expect(bytes.includes("R128_TRACK_GAIN=")).toBe(true);
});

test("the receipt tells a higher bit rate from a lower one, and that the copy is as loud as its source", async () => {
  const options = { codec: "wav", seconds: 4 } as const;
  const receipts: AccessCopy["receipt"][] = [];
  for (const bitrateKbps of [24, 48, 75, 128, 160]) {
    receipts.push((await copied(options, { bitrateKbps })).copy.receipt);
  }
  const scores = receipts.map((receipt) => receipt?.noiseToMaskDb ?? 0);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores[0]).toBeGreaterThan((scores[4] ?? 0) + 3);
  expect(Math.abs(receipts[2]?.loudnessDifferenceLu ?? 9)).toBeLessThan(0.3);
  expect(receipts[2]).toMatchObject({ method: "nmr-bs1387/1", comparedMs: 1000 });
});

test.each([
  ["another rate", { sampleRateHz: 22_050 }, 1000],
  ["mono", { channels: 1 }, 1000],
  ["5.1", { channels: 6 }, 1000],
  ["two seconds of a longer one", { seconds: 50 }, 2000],
])("the receipt is taken of %s", async (_name, options, comparedMs) => {
  const { copy } = await copied({ codec: "wav", seconds: 4, ...options });
  expect(copy.receipt?.comparedMs).toBe(comparedMs);
  expect(copy.receipt?.noiseToMaskDb).toBeLessThan(0);
});

test("a short copy has an empty receipt, and one that was not ordered has none", async () => {
  const short = await copied({ codec: "wav", seconds: 1 });
  expect(short.copy.receipt).toMatchObject({
    noiseToMaskDb: null,
    loudnessDifferenceLu: null,
    comparedMs: 0,
  });
  const { path } = makeTestTone({ codec: "wav", path: join(folder, "none.wav") });
  const want = { accessCopy: { ...ACCESS_COPY, receipt: false } };
  const outcome = await processAudioFile(audioJob(path, folder, want, "none"));
  expect(outcome).toMatchObject({ ok: true, accessCopy: { receipt: null } });
});

test("silence has no gain tag", async () => {
  const { bytes } = await copied({ codec: "wav", signal: "silence" });
  expect(comments(bytes).filter((comment) => comment.startsWith("R128"))).toEqual([]);
});

test("the fingerprint of the copy is that of the source, and not that of another tune", async () => {
  const fingerprint = async (result: Copied): Promise<string> => {
    const outcome = await processAudioFile(audioJob(result.copy.spoolPath, folder, {}, `fp${counter++}`));
    return outcome.ok ? (outcome.fingerprint?.base64 ?? "") : "";
  };
  const tune = await copied({ codec: "vorbis", seconds: 12, seed: 1 });
  const other = await copied({ codec: "vorbis", seconds: 12, seed: 2 });
  const original = tune.source.fingerprint?.base64 ?? "";
  expect(fingerprintSimilarity(original, original)).toBe(1);
  expect(fingerprintSimilarity(original, await fingerprint(tune))).toBeGreaterThan(0.9);
  expect(fingerprintSimilarity(original, await fingerprint(other))).toBeLessThan(0.8);
});
