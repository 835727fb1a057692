import fc from "fast-check";
import type { ITag } from "music-metadata";
import { expect, test } from "vitest";
import { MAX_ROWS_PER_FILE, MAX_TAG_BYTES_PER_FILE, MAX_VALUE_BYTES, tagRows } from "./tag-rows.ts";

type Native = Record<string, ITag[]>;

function pairs(native: Native, warnings: string[] = []): string[] {
  return tagRows(native, warnings).rows.map(({ key, value }) => `${key}=${value}`);
}

test("several values of a key are several rows, in their order", () => {
  const native = {
    vorbis: [
      { id: "ARTIST", value: "B" },
      { id: "ARTIST", value: "A" },
    ],
  };
  expect(pairs(native)).toEqual(["ARTIST=B", "ARTIST=A"]);
});

test("the native name stays beside the common one", () => {
  const native = {
    "ID3v2.4": [
      { id: "TXXX:Catalog #", value: "X 1" },
      { id: "TSRC", value: "USRC17607839" },
    ],
  };
  expect(tagRows(native, []).rows.map((row) => row.native)).toEqual([
    "ID3v2.4:TXXX:Catalog #",
    "ID3v2.4:TSRC",
  ]);
});

test.each<[string, Native, string[]]>([
  [
    "NUL parts the values of ID3v2.4",
    { "ID3v2.4": [{ id: "TIT2", value: "One\0Two\0" }] },
    ["TITLE=One", "TITLE=Two"],
  ],
  ["NUL padding is no value", { exif: [{ id: "INAM", value: "Tone\0\0" }] }, ["TITLE=Tone"]],
  ["a NUL inside stays to be seen", { vorbis: [{ id: "TITLE", value: "a\0b" }] }, ["TITLE=a\0b"]],
  ["empty values say nothing", { vorbis: [{ id: "TITLE", value: "" }] }, []],
  ["a comment without a name is left out", { vorbis: [{ id: "", value: "stray" }] }, []],
  [
    "the same value twice is one row",
    {
      vorbis: [
        { id: "LICENSE", value: "GPL" },
        { id: "LICENCE", value: "GPL" },
      ],
    },
    ["LICENSE=GPL"],
  ],
  ["numbers become text", { iTunes: [{ id: "tmpo", value: 120 }] }, ["BPM=120"]],
  ["an absent total is not told", { iTunes: [{ id: "trkn", value: "3/0" }] }, ["TRACKNUMBER=3"]],
  ["a given total is", { iTunes: [{ id: "disk", value: "1/2" }] }, ["DISCNUMBER=1/2"]],
  ["nor an absent number", { iTunes: [{ id: "trkn", value: "0/0" }] }, []],
  [
    "user text of ID3v2.2 is taken apart",
    { "ID3v2.2": [{ id: "TXX", value: "LICENSE\0CC0-1.0" }] },
    ["LICENSE=CC0-1.0"],
  ],
  [
    "a cover is said to be there, and not kept",
    { "ID3v2.3": [{ id: "APIC", value: { format: "image/png", data: new Uint8Array(42) } }] },
    ["METADATA_BLOCK_PICTURE=image/png; 42 bytes"],
  ],
  ["other binary tags are left out", { "ID3v2.3": [{ id: "PRIV", value: { data: new Uint8Array(2) } }] }, []],
  [
    "a recording's MBID is in UFID",
    {
      "ID3v2.4": [
        {
          id: "UFID",
          value: { owner_identifier: "http://musicbrainz.org", identifier: Buffer.from("0123-abc") },
        },
      ],
    },
    ["MUSICBRAINZ_TRACKID=0123-abc"],
  ],
  [
    "comments of players do not pass for comments",
    {
      "ID3v2.3": [
        { id: "COMM", value: { language: "eng", descriptor: "", text: "Hello" } },
        { id: "COMM", value: { language: "eng", descriptor: "iTunNORM", text: "0000" } },
      ],
    },
    ["COMMENT=Hello", "COMMENT:ITUNNORM=0000"],
  ],
  [
    "credits are rows of their roles",
    {
      "ID3v2.4": [
        { id: "TIPL", value: { producer: ["P"], engineer: ["E", "F"] } },
        { id: "TMCL", value: { guitar: ["G"] } },
      ],
    },
    ["PRODUCER=P", "ENGINEER=E", "ENGINEER=F", "PERFORMER=G (guitar)"],
  ],
  [
    "a licence's address in WXXX counts",
    { "ID3v2.3": [{ id: "WXXX", value: { description: "License", url: "https://example.org/l" } }] },
    ["LICENSE=https://example.org/l"],
  ],
])("%s", (_, native, expected) => {
  expect(pairs(native)).toEqual(expected);
});

test("what ID3v2.3 splits at slashes is put together again", () => {
  const native = {
    "ID3v2.3": [
      ...["AC", "DC"].map((value) => ({ id: "TPE1", value })),
      ...["http:", "", "creativecommons.org", "licenses", "by", "4.0", ""].map((value) => ({
        id: "TXXX:LICENSE",
        value,
      })),
      ...["Rock", "Pop"].map((value) => ({ id: "TCON", value })),
    ],
  };
  expect(pairs(native)).toEqual([
    "ARTIST=AC/DC",
    "LICENSE=http://creativecommons.org/licenses/by/4.0/",
    "GENRE=Rock",
    "GENRE=Pop",
  ]);
});

test("values that ID3v2.3 had apart by NUL stay apart", () => {
  const native = { "ID3v2.3": ["A", "B"].map((value) => ({ id: "TPE1", value })) };
  expect(pairs(native, ["ID3v2.3 TPE1 uses non standard null-separator."])).toEqual(["ARTIST=A", "ARTIST=B"]);
});

test("where two kinds of tag speak of one thing, the better one is believed and the other kept aside", () => {
  const native = {
    ID3v1: [
      { id: "title", value: "A very long title that is cut" },
      { id: "artist", value: "Same" },
      { id: "genre", value: "Rock" },
    ],
    "ID3v2.4": [
      { id: "TIT2", value: "A very long title that is cut off here" },
      { id: "TPE1", value: "Same" },
    ],
  };
  expect(pairs(native)).toEqual([
    "TITLE=A very long title that is cut off here",
    "ARTIST=Same",
    "ID3V1:TITLE=A very long title that is cut",
    "GENRE=Rock",
  ]);
});

test.each([
  ["one-byte letters", "x", MAX_VALUE_BYTES],
  ["letters of two bytes at an odd place", `a${"é".repeat(40_000)}`, MAX_VALUE_BYTES - 1],
  ["characters outside the first plane", `a${"𝄞".repeat(20_000)}`, MAX_VALUE_BYTES - 3],
])("a huge value of %s is cut between characters", (_, text, sizeBytes) => {
  const value = text.length === 1 ? text.repeat(100_000) : text;
  const { rows, isCut } = tagRows({ vorbis: [{ id: "LYRICS", value }] }, []);
  expect(isCut).toBe(true);
  expect(Buffer.byteLength(rows[0]?.value ?? "")).toBe(sizeBytes);
  expect(value.startsWith(rows[0]?.value ?? "-")).toBe(true);
});

test("no file has more rows than allowed", () => {
  const tags = Array.from({ length: 5000 }, (_, index) => ({ id: "COMMENT", value: `${index}` }));
  const { rows, isCut } = tagRows({ vorbis: tags }, []);
  expect([rows.length, isCut]).toEqual([MAX_ROWS_PER_FILE, true]);
});

test("no file has more text than allowed", () => {
  const tags = Array.from({ length: 100 }, (_, index) => ({
    id: "COMMENT",
    value: `${index}`.padEnd(60_000, "x"),
  }));
  const { rows, isCut } = tagRows({ vorbis: tags }, []);
  expect(isCut).toBe(true);
  expect(rows.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(MAX_TAG_BYTES_PER_FILE);
});

test("whatever a parser hands over becomes text within the bounds", () => {
  const kinds = fc.constantFrom(
    "vorbis",
    "iTunes",
    "ID3v2.4",
    "ID3v2.3",
    "ID3v2.2",
    "APEv2",
    "exif",
    "ID3v1",
    "asf",
  );
  const ids = fc.oneof(
    fc.constantFrom("TPE1", "TXXX:a", "TXX", "COMM", "APIC", "UFID", "TIPL", "trkn", "ISRC", "bext.x"),
    fc.string(),
  );
  const tags = fc.array(
    fc.record({ id: ids, value: fc.anything({ withTypedArray: true, withBigInt: true }) }),
  );
  fc.assert(
    fc.property(fc.dictionary(kinds, tags), fc.array(fc.string()), (native, warnings) => {
      const { rows } = tagRows(native, warnings);
      for (const { key, value, native: name } of rows) {
        expect(key).not.toBe("");
        expect(value).not.toBe("");
        expect(name.length).toBeLessThanOrEqual(300);
      }
    }),
  );
});
