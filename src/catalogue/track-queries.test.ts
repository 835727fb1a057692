import { afterAll, beforeAll, expect, test } from "vitest";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { findTracks } from "./find-tracks.ts";
import { showTrack } from "./show-track.ts";
import { testTrackId, writeAudioAccession, writePlaysAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
let audio: string;
let counts: string;
const A = testTrackId("m", "x/a.ogg");
const B = testTrackId("m", "x/b.ogg");
beforeAll(async () => {
  it = await makeTestArchive();
  audio = await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: [
      {
        path: "x/a.ogg",
        tags: [
          ["TITLE", "First"],
          ["ARTIST", "Someone"],
          ["ALBUM", "Record"],
          ["GENRE", "Jazz"],
          ["ISRC", "USRC17607839"],
          ["ISRC", "nonsense"],
          ["LABEL", "House"],
        ],
      },
      {
        path: "x/b.ogg",
        tags: [
          ["ALBUM", "Record"],
          ["ISRC", "USRC17607839"],
          ["ISRC", "GBAYE0000351"],
        ],
      },
    ],
  });
  counts = await writePlaysAccession(it.archive, {
    label: "c",
    day: 2,
    rows: [{ kind: "path", value: "a.ogg", plays: 4 }],
  });
  await it.build();
});
afterAll(() => it.remove());

test.each([
  ["a track id", () => trackIdFromBigInt(A), [A]],
  ["a track id in lower case", () => trackIdFromBigInt(A).toLowerCase(), [A]],
  ["an ISRC of two tracks", () => "us-rc1-76-07839", [A, B]],
  ["an ISRC of one track", () => "GBAYE0000351", [B]],
  ["an unknown ISRC", () => "GBAYE0000352", []],
  ["a malformed ISRC that a track has", () => "nonsense", []],
  ["an unknown track id", () => "0000000000000", []],
  ["neither", () => "'; drop table track; --", []],
])("%s finds its tracks", async (_, text, expected) => {
  const found = await findTracks(it.archive, text());
  expect(found.map(({ trackId }) => trackId)).toEqual(expected.toSorted((a, b) => (a < b ? -1 : 1)));
});

test("a found track has what a person wants to see", async () => {
  expect(await findTracks(it.archive, trackIdFromBigInt(A))).toEqual([
    {
      trackId: A,
      id: trackIdFromBigInt(A),
      title: "First",
      artist: "Someone",
      album: "Record",
      isrcs: ["USRC17607839"],
      durationMs: 180_000,
    },
  ]);
});

test("a track is shown with all that is known, and every fact names its accession", async () => {
  const shown = await showTrack(it.archive, A);
  expect(shown?.track).toMatchObject({ title: "First", title_source: "tag", plays: 4, accession: audio });
  expect(shown?.artists).toEqual([{ name: "Someone", role: "main", position: 1, accession: audio }]);
  expect(shown?.album).toMatchObject({ title: "Record", label: "House", track_count: 2, accession: audio });
  expect(shown?.identifiers.map(({ raw, valid }) => [raw, valid])).toEqual([
    ["USRC17607839", true],
    ["nonsense", false],
  ]);
  expect(shown?.genres).toEqual([{ genre: "Jazz", position: 1, accession: audio }]);
  expect(shown?.listens).toEqual([{ plays: 4, accession: counts }]);
  expect(shown?.holdings).toMatchObject([{ path: "x/a.ogg", codec: "vorbis", accession: audio }]);
  expect(shown?.tags).toHaveLength(7);
  expect(JSON.parse(JSON.stringify(shown?.tags[0]))).toEqual({
    key: "TITLE",
    value: "First",
    accession: audio,
  });
});

test("a track that the snapshot does not have is shown as null", async () => {
  expect(await showTrack(it.archive, 1n)).toBeNull();
});

test("what is shown can be written as JSON", async () => {
  expect(JSON.stringify(await showTrack(it.archive, B))).toContain("USRC17607839");
});
