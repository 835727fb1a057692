import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestFile, testTrackId, writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const MBID_A = "6ea37d16-8f5c-4a5b-9f9b-000000000001";
const MBID_B = "6ea37d16-8f5c-4a5b-9f9b-000000000002";

async function catalogueOf(files: readonly TestFile[], label = "m"): Promise<void> {
  await writeAudioAccession(it.archive, { label, day: 1, files });
  await it.build();
}

async function column(sql: string): Promise<unknown[]> {
  return (await it.query(sql)).map((row) => Object.values(row)[0]);
}

test("several ISRCs of a track are kept, in one tag or in several, each once", async () => {
  await catalogueOf([
    {
      path: "a.ogg",
      tags: [
        ["ISRC", "US-RC1-76-07839;USRC17607840"],
        ["ISRC", "usrc17607839"],
        ["ISRC", "ISRC GBAYE0000351"],
      ],
    },
  ]);
  expect(await column("select value from identifier where scheme = 'isrc' order by 1")).toEqual([
    "GBAYE0000351",
    "USRC17607839",
    "USRC17607840",
  ]);
});

test("the same ISRC on several tracks stays with each of them", async () => {
  await catalogueOf([
    { path: "a.ogg", tags: [["ISRC", "USRC17607839"]] },
    { path: "b.ogg", tags: [["ISRC", "USRC17607839"]] },
  ]);
  expect(await column("select entity_id from identifier where value = 'USRC17607839' order by 1")).toEqual(
    [testTrackId("m", "a.ogg"), testTrackId("m", "b.ogg")].sort((a, b) => (a < b ? -1 : 1)),
  );
});

test("a malformed ISRC is kept as written with the reason, flagged, and has no value", async () => {
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: [
      {
        path: "a.ogg",
        tags: [
          ["ISRC", "US-RC1-76-0783"],
          ["BARCODE", "4006381333932"],
        ],
      },
    ],
  });
  const summary = await it.build();
  expect(await it.query("select value, raw, valid, reason from identifier where scheme = 'isrc'")).toEqual([
    { value: null, raw: "US-RC1-76-0783", valid: false, reason: "an ISRC has 12 characters, this has 11" },
  ]);
  // The barcode belongs to an album, and this track names none.
  expect(summary.flagged.malformedIdentifiers).toEqual({ isrc: 1 });
});

test("identifiers of the album and of artists go to these", async () => {
  await catalogueOf([
    {
      path: "a.ogg",
      tags: [
        ["ALBUM", "X"],
        ["ARTIST", "Y"],
        ["BARCODE", "4006381333931"],
        ["MUSICBRAINZ_ALBUMID", MBID_A.toUpperCase()],
        ["MUSICBRAINZ_ARTISTID", MBID_B],
        ["MUSICBRAINZ_TRACKID", "not-a-uuid"],
      ],
    },
  ]);
  expect(await it.query("select entity, scheme, value from identifier order by all")).toEqual([
    { entity: "album", scheme: "gtin", value: "04006381333931" },
    { entity: "album", scheme: "mbid-release", value: MBID_A },
    { entity: "artist", scheme: "mbid-artist", value: MBID_B },
    { entity: "track", scheme: "mbid-recording", value: null },
  ]);
});
