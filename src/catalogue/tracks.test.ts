import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestFile, writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

async function catalogueOf(files: readonly TestFile[], label = "m"): Promise<void> {
  await writeAudioAccession(it.archive, { label, day: 1, files });
  await it.build();
}

async function column(sql: string): Promise<unknown[]> {
  return (await it.query(sql)).map((row) => Object.values(row)[0]);
}

test.each<[string, [string, string][], string]>([
  ["a/01 - Overture.ogg", [], "Overture"],
  ["01 Overture.ogg", [], "Overture"],
  ["1-03. Finale.flac", [], "Finale"],
  ["99 Luftballons.mp3", [], "99 Luftballons"],
  ["12 Finale.mp3", [["TRACKNUMBER", "12/12"]], "Finale"],
  ["50-50.ogg", [], "50-50"],
  ["07.ogg", [], "07"],
  [".ogg", [], ".ogg"],
  ["no extension", [], "no extension"],
  ["a/x.ogg", [["TITLE", "  "]], "x"],
  ["a/x.ogg", [["TITLE", " Real title\n"]], "Real title"],
  [
    "a/x.ogg",
    [
      ["TITLE", "One"],
      ["TITLE", "Two"],
    ],
    "One",
  ],
])("%s with %j has a title", async (path, tags, title) => {
  await catalogueOf([{ path, tags }]);
  const named = tags.some(([key, value]) => key === "TITLE" && value.trim() !== "");
  expect(await it.query("select title, title_source from track")).toEqual([
    { title, title_source: named ? "tag" : "file-name" },
  ]);
});

test.each([
  ["3/12", 3],
  ["03", 3],
  ["3 of 12", 3],
  ["A1", null],
  ["0", null],
  ["999999999999999999999", null],
])("track number %j is %j", async (value, number) => {
  await catalogueOf([{ path: "a.ogg", tags: [["TRACKNUMBER", value]] }]);
  expect(await column("select track_no from track")).toEqual([number]);
});

test("genres are split at semicolons and kept once each", async () => {
  await catalogueOf([
    {
      path: "a.ogg",
      tags: [
        ["GENRE", "Rock; R&B/Soul"],
        ["GENRE", "ROCK"],
        ["GENRE", "Pop"],
      ],
    },
  ]);
  expect(await column("select genre from track_genre order by position")).toEqual([
    "Rock",
    "R&B/Soul",
    "Pop",
  ]);
});

test("a member of a container is a track of its own", async () => {
  await catalogueOf([
    { path: "a.pk3", member: "music/02 - Two.ogg", tags: [["ALBUM", "X"]] },
    { path: "a.pk3", member: "music/01 - One.ogg", tags: [["ALBUM", "X"]] },
  ]);
  expect(await column("select title from track order by 1")).toEqual(["One", "Two"]);
  expect(await column("select track_count from album")).toEqual([2]);
  expect(await column("select path || ':' || member from holding order by 1")).toEqual([
    "a.pk3:music/01 - One.ogg",
    "a.pk3:music/02 - Two.ogg",
  ]);
});

test("what was not measured stays unknown", async () => {
  await catalogueOf([{ path: "a.ogg" }]);
  expect(
    await it.query("select popularity, plays, release_date, album_id, artist_credit, language from track"),
  ).toEqual([
    {
      popularity: null,
      plays: null,
      release_date: null,
      album_id: null,
      artist_credit: null,
      language: null,
    },
  ]);
  expect(await column("select count(*)::integer from feature")).toEqual([0]);
});
