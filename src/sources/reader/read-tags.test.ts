import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_EXTENSION, type TestCodec } from "../../../test/fixtures/audio.ts";
import type { Container } from "../../formats/audio/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { sparseSpan } from "./byte-span.ts";
import { type ReadTags, readTags } from "./read-tags.ts";

let folder: TemporaryFolder;

beforeAll(() => {
  folder = temporaryFolder();
});

afterAll(() => {
  folder.remove();
});

const CONTAINERS: readonly (readonly [TestCodec, Container])[] = [
  ["vorbis", "ogg"],
  ["opus", "ogg"],
  ["flac", "flac"],
  ["mp3", "mp3"],
  ["aac", "mp4"],
  ["alac", "mp4"],
  ["wav", "wav"],
];

function tone(codec: TestCodec, tags: readonly (readonly [string, string])[]): Buffer {
  const path = join(folder.path, `${codec}.${TEST_EXTENSION[codec]}`);
  makeTestTone({ path, codec, seconds: 0.2, tags });
  return readFileSync(path);
}

function read(bytes: Buffer, container: Container): Promise<ReadTags> {
  return readTags(sparseSpan(bytes, Buffer.alloc(0), bytes.length), bytes.subarray(0, 4096), container);
}

async function valuesOf(bytes: Buffer, container: Container, key: string): Promise<string[]> {
  const tags = await read(bytes, container);
  return tags.ok ? tags.rows.filter((row) => row.key === key).map((row) => row.value) : [tags.detail];
}

test.each(CONTAINERS)("reads title, artist, album and copyright of %s", async (codec, container) => {
  const bytes = tone(codec, [
    ["TITLE", "Ünïcode ♫"],
    ["ARTIST", "Artist"],
    ["ALBUM", "Album"],
    ["COPYRIGHT", "2020 Somebody"],
  ]);
  const text = container === "wav" ? /^.+$/ : /^Ünïcode ♫$/;
  expect((await valuesOf(bytes, container, "TITLE")).join()).toMatch(text);
  expect(await valuesOf(bytes, container, "ARTIST")).toEqual(["Artist"]);
  expect(await valuesOf(bytes, container, "ALBUM")).toEqual(["Album"]);
  expect(await valuesOf(bytes, container, "COPYRIGHT")).toEqual(["2020 Somebody"]);
});

test.each([
  ["vorbis", "ogg"],
  ["opus", "ogg"],
  ["flac", "flac"],
  ["mp3", "mp3"],
] as const)("reads several values and licences of %s", async (codec, container) => {
  const licence = "https://creativecommons.org/licenses/by-sa/4.0/";
  const bytes = tone(codec, [
    ["ARTIST", "One"],
    ["ARTIST", "Two"],
    ["LICENSE", licence],
    ["ISRC", "USRC17607839"],
  ]);
  expect(await valuesOf(bytes, container, "ARTIST")).toEqual(["One", "Two"]);
  expect(await valuesOf(bytes, container, "LICENSE")).toEqual([licence]);
  expect(await valuesOf(bytes, container, "ISRC")).toEqual(["USRC17607839"]);
});

test("reads an ID3v2.3 tag with a licence's address and a band with a slash", async () => {
  const frame = (id: string, body: string): Buffer => {
    const head = Buffer.alloc(10);
    head.write(id, "latin1");
    head.writeUInt32BE(Buffer.byteLength(body, "latin1"), 4);
    return Buffer.concat([head, Buffer.from(body, "latin1")]);
  };
  const frames = Buffer.concat([
    frame("TPE1", "\0AC/DC"),
    frame("TXXX", "\0LICENSE\0http://creativecommons.org/licenses/by/3.0/"),
    frame("WCOP", "http://creativecommons.org/licenses/by/3.0/"),
  ]);
  const header = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, frames.length >> 7, frames.length & 0x7f]);
  const bytes = Buffer.concat([header, frames, tone("mp3", [])]);
  expect(await valuesOf(bytes, "mp3", "ARTIST")).toEqual(["AC/DC"]);
  expect(await valuesOf(bytes, "mp3", "LICENSE")).toEqual(["http://creativecommons.org/licenses/by/3.0/"]);
});

test("a header that lies about its size takes no memory and is no more than unreadable", async () => {
  const lie = Buffer.concat([Buffer.from("fLaC"), Buffer.from([4, 0xff, 0xff, 0xff]), Buffer.alloc(100)]);
  expect(await read(lie, "flac")).toMatchObject({ ok: expect.any(Boolean) });
  const id3 = Buffer.concat([Buffer.from("ID3\x04\0\0\x7f\x7f\x7f\x7f", "latin1"), Buffer.alloc(100)]);
  expect(await read(id3, "mp3")).toMatchObject({ ok: false, reason: "tags-unreadable" });
});

test.each(CONTAINERS)(
  "bytes of %s changed at random are read or refused, never thrown at us",
  async (codec, container) => {
    const good = tone(codec, [["TITLE", "Title"]]);
    await fc.assert(
      fc.asyncProperty(fc.nat(2000), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, noise) => {
        const bytes = Buffer.from(good);
        bytes.set(noise, Math.min(at, bytes.length - noise.length));
        expect(typeof (await read(bytes, container)).ok).toBe("boolean");
      }),
      { numRuns: 60 },
    );
  },
);
