import fc from "fast-check";
import { expect, it, test } from "vitest";
import { MAX_CHAPTERS } from "./chapters.ts";
import { id3v2Chapters } from "./id3v2-chapters.ts";
import { chapterFrame, contentsFrame, id3Frame, id3Tag } from "./testing/build-chapters.ts";

const latin1 = (text: string): Buffer => Buffer.concat([Buffer.from([0]), Buffer.from(text, "latin1")]);
const utf8 = (text: string): Buffer => Buffer.concat([Buffer.from([3]), Buffer.from(text)]);
const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const utf16be = (text: string): Buffer =>
  Buffer.concat([Buffer.from([2]), Buffer.from(text, "utf16le").swap16()]);

it.each([
  ["Latin-1", latin1("Ouvertüre\0"), "Ouvertüre"],
  ["UTF-16 with a mark", utf16("序章\0"), "序章"],
  ["UTF-16, big-endian", utf16be("Fin — ₤"), "Fin — ₤"],
  ["UTF-8", utf8("🎺 solo"), "🎺 solo"],
  ["line breaks", utf8(" a\r\nb\u0007 "), "a b"],
  ["nothing", utf8(""), null],
  ["an unknown encoding", Buffer.from([9, 65]), null],
])("a title in %s", (_, bytes, title) => {
  for (const version of [3, 4] as const) {
    const tag = id3Tag([chapterFrame("c", 40, bytes, version)], { version });
    expect(id3v2Chapters(tag)).toEqual([{ startMs: 40, title }]);
  }
});

test("chapters come in the order of their starts, those without a title too", () => {
  const frames = [chapterFrame("b", 61_000, utf8("B"), 4), chapterFrame("a", 0, null, 4)];
  expect(id3v2Chapters(id3Tag(frames, { version: 4 }))).toEqual([
    { startMs: 0, title: null },
    { startMs: 61_000, title: "B" },
  ]);
});

test("a chapter that no table of contents names is hidden; a table of none hides none", () => {
  const chapters = ["a", "b", "c"].map((id, index) => chapterFrame(id, index * 1000, utf8(id), 4));
  const named = id3Tag([...chapters, contentsFrame("toc", ["a", "c"], 4)], { version: 4 });
  expect(id3v2Chapters(named).map(({ title }) => title)).toEqual(["a", "c"]);
  const empty = id3Tag([contentsFrame("toc", [], 4), ...chapters], { version: 4 });
  expect(id3v2Chapters(empty)).toHaveLength(3);
});

test.each([3, 4] as const)("unsynchronised tags of version 2.%i are read as they were", (version) => {
  // 255 in a time and in the byte order mark of a title.
  const plain = chapterFrame("x", 0xff00, utf16("ÿ\u0100"), version);
  const tag =
    version === 3
      ? id3Tag([plain], { version, isUnsynchronised: true })
      : id3Tag([unsynchronisedFrame(plain)], { version, isUnsynchronised: true });
  expect(id3v2Chapters(tag)).toEqual([{ startMs: 0xff00, title: "ÿ\u0100" }]);
});

test("extended headers, groups and data lengths are passed over; compressed and encrypted frames left out", () => {
  const plain = chapterFrame("x", 5, utf8("X"), 4).subarray(10);
  const grouped = id3Frame("CHAP", Buffer.concat([Buffer.from([7, 0, 0, 0, plain.length]), plain]), 4, 0x41);
  const compressed = id3Frame("CHAP", chapterFrame("y", 6, null, 4).subarray(10), 4, 0x08);
  const tag = id3Tag([grouped, compressed], { version: 4, extendedHeader: Buffer.from([0, 0, 0, 6, 1, 0]) });
  expect(id3v2Chapters(tag)).toEqual([{ startMs: 5, title: "X" }]);
  const old = id3Tag([chapterFrame("z", 7, null, 3)], {
    version: 3,
    extendedHeader: Buffer.from([0, 0, 0, 6, 0, 0, 0, 0, 0, 0]),
  });
  expect(id3v2Chapters(old)).toEqual([{ startMs: 7, title: null }]);
});

test("unknown times, times past two days, older versions and what is no tag give nothing", () => {
  const frames = [chapterFrame("a", 0xffff_ffff, null, 4), chapterFrame("b", 172_800_000, null, 4)];
  expect(id3v2Chapters(id3Tag(frames, { version: 4 }))).toEqual([]);
  const older = id3Tag([chapterFrame("a", 0, null, 3)], { version: 3 });
  older[3] = 2;
  expect(id3v2Chapters(older)).toEqual([]);
  expect(id3v2Chapters(Buffer.from("no tag at all"))).toEqual([]);
});

test("more chapters than three digits can number are cut", () => {
  const frames = Array.from({ length: 1200 }, (_, index) => chapterFrame(`c${index}`, index, null, 4));
  expect(id3v2Chapters(id3Tag(frames, { version: 4 }))).toHaveLength(MAX_CHAPTERS);
});

const sound = id3Tag(
  [
    contentsFrame("toc", ["a", "b"], 4),
    chapterFrame("a", 0, utf8("First"), 4),
    chapterFrame("b", 1000, utf16("Second"), 4),
  ],
  { version: 4 },
);

test("whatever bytes are changed or cut, chapters stay sane", () => {
  const flips = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(flips, fc.nat(sound.length), (changes, end) => {
      const bytes = Buffer.from(sound);
      for (const [at, value] of changes) bytes[at] = value;
      const chapters = id3v2Chapters(bytes.subarray(0, end));
      expect(chapters.length).toBeLessThanOrEqual(2);
      for (const { startMs } of chapters) expect(startMs).toBeLessThan(172_800_000);
    }),
    { numRuns: 2000 },
  );
});

function unsynchronisedFrame(frame: Buffer): Buffer {
  const content = Buffer.from(
    [...frame.subarray(10)].flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])),
  );
  return id3Frame("CHAP", content, 4, 0x02);
}
