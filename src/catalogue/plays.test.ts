import { afterEach, beforeEach, expect, test } from "vitest";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import {
  type TestPlays,
  testTrackId,
  writeAudioAccession,
  writePlaysAccession,
} from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    root: "/music/m",
    files: [
      {
        path: "one/a.ogg",
        tags: [
          ["TITLE", "A1"],
          ["ISRC", "USRC17607839"],
        ],
      },
      {
        path: "two/a.ogg",
        tags: [
          ["TITLE", "A2"],
          ["ISRC", "USRC17607839"],
          ["ISRC", "GBAYE0000351"],
        ],
      },
      { path: "two/b.ogg", tags: [["TITLE", "B"]] },
      { path: "p.pk3", member: "music/c.ogg", tags: [["TITLE", "C"]] },
      { path: "ünï.ogg", tags: [["TITLE", "U"]] },
    ],
  });
});
afterEach(() => it.remove());

async function playsByTitle(): Promise<Record<string, unknown>> {
  const rows = await it.query(
    "select title, plays::integer as plays from track where plays is not null order by 1",
  );
  return Object.fromEntries(rows.map((row) => [row.title, row.plays]));
}

const TRACK_B = trackIdFromBigInt(testTrackId("m", "two/b.ogg"));

test.each<[string, TestPlays[], Record<string, number>, { matched: number; ambiguous: number }]>([
  [
    "an exact path",
    [{ kind: "path", value: "one/a.ogg", plays: 5 }],
    { A1: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a path with ./",
    [{ kind: "path", value: "./two/b.ogg", plays: 5 }],
    { B: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "Windows separators",
    [{ kind: "path", value: "two\\b.ogg", plays: 5 }],
    { B: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "an absolute path",
    [{ kind: "path", value: "/music/m/two/b.ogg", plays: 5 }],
    { B: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a file name that is unique",
    [{ kind: "path", value: "b.ogg", plays: 5 }],
    { B: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a file name of two files",
    [{ kind: "path", value: "a.ogg", plays: 5 }],
    {},
    { matched: 0, ambiguous: 1 },
  ],
  ["the end of a name", [{ kind: "path", value: ".ogg", plays: 5 }], {}, { matched: 0, ambiguous: 0 }],
  [
    "a member of a container",
    [{ kind: "path", value: "p.pk3/music/c.ogg", plays: 5 }],
    { C: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a member by its name",
    [{ kind: "path", value: "c.ogg", plays: 5 }],
    { C: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a decomposed name",
    [{ kind: "path", value: "ünï.ogg".normalize("NFD"), plays: 5 }],
    { U: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "an ISRC of two tracks",
    [{ kind: "isrc", value: "us-rc1-76-07839", plays: 5 }],
    { A1: 5, A2: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "two ISRCs of one track, added up",
    [
      { kind: "isrc", value: "USRC17607839", plays: 5 },
      { kind: "isrc", value: "GBAYE0000351", plays: 2 },
    ],
    { A1: 5, A2: 7 },
    { matched: 2, ambiguous: 0 },
  ],
  ["a malformed ISRC", [{ kind: "isrc", value: "USRC1", plays: 5 }], {}, { matched: 0, ambiguous: 0 }],
  [
    "a track id",
    [{ kind: "track_id", value: TRACK_B.toLowerCase(), plays: 5 }],
    { B: 5 },
    { matched: 1, ambiguous: 0 },
  ],
  [
    "a track id that is not here",
    [{ kind: "track_id", value: "0000000000000", plays: 5 }],
    {},
    { matched: 0, ambiguous: 0 },
  ],
  [
    "zero plays, which are known",
    [{ kind: "path", value: "b.ogg", plays: 0 }],
    { B: 0 },
    { matched: 1, ambiguous: 0 },
  ],
])("plays are matched by %s", async (_, rows, expected, { matched, ambiguous }) => {
  await writePlaysAccession(it.archive, { label: "counts", day: 2, rows });
  const { flagged } = await it.build();
  expect(await playsByTitle()).toEqual(expected);
  expect(flagged.plays).toEqual({
    rows: rows.length,
    matched,
    ambiguous,
    unmatched: rows.length - matched - ambiguous,
  });
});

test("a source of counts is replaced by its newest accession; two sources add up", async () => {
  const plays = (value: string, count: number): TestPlays => ({ kind: "path", value, plays: count });
  await writePlaysAccession(it.archive, {
    label: "x",
    day: 2,
    rows: [plays("b.ogg", 100), plays("c.ogg", 9)],
  });
  await writePlaysAccession(it.archive, { label: "x", day: 3, rows: [plays("b.ogg", 3)] });
  await writePlaysAccession(it.archive, { label: "y", day: 4, rows: [plays("b.ogg", 4)] });
  await it.build();
  expect(await playsByTitle()).toEqual({ B: 7 });
  expect(
    (await it.query("select plays::integer as plays from listen order by accession")).map(
      ({ plays }) => plays,
    ),
  ).toEqual([3, 4]);
});

test("popularity is straight in the logarithm up to the most played, in tenths, and unknown without a count", async () => {
  await writePlaysAccession(it.archive, {
    label: "x",
    day: 2,
    rows: [
      { kind: "path", value: "one/a.ogg", plays: 999 },
      { kind: "path", value: "two/a.ogg", plays: 0 },
      { kind: "path", value: "b.ogg", plays: 9 },
    ],
  });
  await it.build();
  const rows = await it.query("select title, popularity from track order by title");
  expect(rows.map(({ popularity }) => popularity)).toEqual([100, 0, expect.closeTo(33.3, 5), null, null]);
});

test("with no plays at all every counted track has popularity 0", async () => {
  await writePlaysAccession(it.archive, {
    label: "x",
    day: 2,
    rows: [{ kind: "path", value: "b.ogg", plays: 0 }],
  });
  await it.build();
  expect(await it.query("select popularity from track where plays is not null")).toEqual([{ popularity: 0 }]);
});
