import { expect, test } from "vitest";
import {
  copiedTags,
  encodeTagsPacket,
  tagsPacketBytes,
  trackGainQ8,
  withChapters,
} from "./access-copy-tags.ts";

test.each([
  [null, null],
  [-23, 0],
  [-12.5, -2688],
  [-24, 256],
  [-69, 11_776],
  [120, -32_768],
  [-300, 32_767],
])("a loudness of %s LUFS is a gain of %s", (lufs, gain) => {
  expect(trackGainQ8(lufs)).toBe(gain);
});

test.each([
  ["ARTIST", true],
  ["MUSICBRAINZ_TRACKID", true],
  ["my own key", true],
  ["REPLAYGAIN_TRACK_GAIN", false],
  ["replaygain_album_peak", false],
  ["R128_ALBUM_GAIN", false],
  ["ENCODER", false],
  ["ENCODED-BY", false],
  ["METADATA_BLOCK_PICTURE", false],
  ["DEADWAX_SOURCE_SHA256", false],
  ["", false],
  ["A=B", false],
  ["ÄRTIST", false],
])("a tag %s of the source is copied: %s", (key, isCopied) => {
  expect(copiedTags([[key, "value"]]).length === 1).toBe(isCopied);
});

test("tags stop at a mebibyte", () => {
  const long = "x".repeat(600_000);
  expect(
    copiedTags([
      ["A", long],
      ["B", long],
      ["C", "short"],
    ]).map(([key]) => key),
  ).toEqual(["A"]);
});

test("the comment header has one size for every gain and none", () => {
  const tags = [["ARTIST", "A"]] as const;
  const sizeBytes = tagsPacketBytes(tags);
  for (const gain of [null, 0, -32_768, 32_767]) {
    expect(encodeTagsPacket(tags, gain, sizeBytes).length).toBe(sizeBytes);
  }
});

test("what fills up the comment header is zero, which a reader skips", () => {
  const tags = [["ARTIST", "A"]] as const;
  const packet = encodeTagsPacket(tags, null, tagsPacketBytes(tags));
  // Magic, vendor, count, one comment: the rest is room for R128_TRACK_GAIN=-32768 and its length.
  const used = 8 + 4 + "Deadwax".length + 4 + 4 + "ARTIST=A".length;
  expect([...packet.subarray(used)].every((byte) => byte === 0)).toBe(true);
  expect(packet.length - used).toBe(4 + "R128_TRACK_GAIN=-32768".length);
});

test("chapters become numbered comments with the time on the clock, behind the tags", () => {
  const chapters = [
    { startMs: 0, title: "Overture" },
    { startMs: 3_725_004, title: null },
    { startMs: 172_799_999, title: "Coda" },
  ];
  expect(withChapters([["TITLE", "Evening"]], chapters)).toEqual([
    ["TITLE", "Evening"],
    ["CHAPTER000", "00:00:00.000"],
    ["CHAPTER000NAME", "Overture"],
    ["CHAPTER001", "01:02:05.004"],
    ["CHAPTER002", "47:59:59.999"],
    ["CHAPTER002NAME", "Coda"],
  ]);
});

test("chapters that are tags already are not doubled", () => {
  const tags = [["chapter000", "00:00:00.000"]] as const;
  expect(withChapters(tags, [{ startMs: 5, title: "Other" }])).toEqual(tags);
});
