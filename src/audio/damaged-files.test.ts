import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION, type TestCodec } from "../../test/fixtures/audio.ts";
import { audioJob } from "../../test/fixtures/audio-job.ts";
import { lameCrc } from "../../test/fixtures/audio-lame-crc.ts";
import { processAudioFile } from "./process-audio-file.ts";
import type { AudioFailure } from "./types.ts";

type Damage = (whole: Buffer) => Buffer;
type Expected = AudioFailure | "taken";

const at = (whole: Buffer, share: number): number => Math.floor(whole.length * share);

function flipped(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  const start = at(whole, 0.6);
  for (let index = start; index < start + 8; index++) bytes[index] = (bytes[index] ?? 0) ^ 0x55;
  return bytes;
}

/**
 * A damage, and what becomes of the file by its codec: WAV | Vorbis and Opus | FLAC | MP3 with LAME's CRC | AAC | ALAC.
 * WAV has no check value of any kind, so damage that leaves its sizes alone cannot be seen. Stray bytes behind the last
 * frame or box are no part of the music where LAME's CRC, or a movie box behind the media, proves it.
 */
const DAMAGES: readonly (readonly [name: string, damage: Damage, expected: string])[] = [
  ["untouched", (whole) => whole, "taken | taken | taken | taken | taken | taken"],
  ["of no byte", () => Buffer.alloc(0), "empty | empty | empty | empty | empty | empty"],
  [
    "without its last byte",
    (whole) => whole.subarray(0, -1),
    "truncated | ogg-damaged | container-damaged | truncated | truncated | truncated",
  ],
  [
    "cut in half",
    (whole) => whole.subarray(0, at(whole, 0.5)),
    "truncated | ogg-damaged | container-damaged | truncated | truncated | truncated",
  ],
  [
    "of its first 100 bytes",
    (whole) => whole.subarray(0, 100),
    "truncated | ogg-damaged | container-damaged | not-audio | truncated | truncated",
  ],
  [
    "with a zeroed hole",
    (whole) => Buffer.from(whole).fill(0, at(whole, 0.4), at(whole, 0.6)),
    "taken | ogg-damaged | container-damaged | container-damaged | decoder-errors | decoder-errors",
  ],
  [
    "with 8 flipped bytes",
    flipped,
    "taken | ogg-damaged | container-damaged | mp3-crc-mismatch | decoder-errors | decoder-errors",
  ],
  [
    "without 777 bytes in the middle",
    (whole) => Buffer.concat([whole.subarray(0, at(whole, 0.5)), whole.subarray(at(whole, 0.5) + 777)]),
    "truncated | ogg-damaged | container-damaged | container-damaged | container-damaged | truncated",
  ],
  [
    "with 500 stray bytes in front",
    (whole) => Buffer.concat([Buffer.alloc(500, 7), whole]),
    "not-audio | not-audio | not-audio | container-damaged | not-audio | not-audio",
  ],
  [
    "with 500 stray bytes behind",
    (whole) => Buffer.concat([whole, Buffer.alloc(500, 7)]),
    "container-damaged | ogg-damaged | container-damaged | taken | taken | taken",
  ],
  [
    "of zeros only",
    (whole) => Buffer.alloc(whole.length),
    "not-audio | not-audio | not-audio | not-audio | not-audio | not-audio",
  ],
  [
    "that is a zip",
    () => Buffer.from(`504b0304140000000000${"00".repeat(200)}`, "hex"),
    "not-audio | not-audio | not-audio | not-audio | not-audio | not-audio",
  ],
];

const COLUMN: Readonly<Record<TestCodec, number>> = {
  wav: 0,
  vorbis: 1,
  opus: 1,
  flac: 2,
  mp3: 3,
  aac: 4,
  alac: 5,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-damaged-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(TEST_CODECS)("a %s file", (codec) => {
  let whole: Buffer;
  beforeAll(() => {
    const path = join(folder, `whole-${codec}.${TEST_EXTENSION[codec]}`);
    makeTestTone({ path, codec, tags: [["TITLE", "Whole"]] });
    whole = codec === "mp3" ? lameCrc(readFileSync(path)) : readFileSync(path);
  });

  test.each(DAMAGES)("%s", async (_name, damage, expected) => {
    const path = join(folder, `damaged.${TEST_EXTENSION[codec]}`);
    writeFileSync(path, damage(whole));
    const outcome = await processAudioFile(audioJob(path, folder));
    const reason: Expected = outcome.ok ? "taken" : outcome.reason;
    expect(reason).toBe(expected.split(" | ")[COLUMN[codec]]);
  });
});
