import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { silentReporter } from "../../core/reporter.ts";
import { listAccessions } from "../accession/accession.ts";
import { tableRows } from "../testing/intake-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { addInternetArchiveSource } from "./add-internet-archive-source.ts";

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

async function add(...names: readonly string[]) {
  const files = names.map((name) => join(folder.path, name));
  const summary = await addInternetArchiveSource({ archive, reporter: silentReporter, files });
  const accession = (await listAccessions(archive)).at(-1);
  if (!accession) throw new Error("no accession");
  return {
    summary,
    tracks: await tableRows(accession, "tracks"),
    releases: await tableRows(accession, "releases"),
  };
}

function item(identifier: string, files: readonly object[], metadata: object = {}): object {
  return {
    created: 1,
    files,
    metadata: { identifier, title: `Item ${identifier}`, ...metadata },
    server: "x",
  };
}

const original = (name: string, fields: object = {}): object => ({ name, source: "original", ...fields });

test("an item is a release, its original audio files are tracks", async () => {
  const files = [
    original("01 A.flac", { title: "A", track: "1/2", artist: "X", length: "61.256", format: "Flac" }),
    { name: "01 A.mp3", source: "derivative", title: "A", length: "61.25" },
    original("cover.jpg"),
    original("02 B.FLAC", { title: "B", track: "two", length: "01:02:03" }),
    original("03.wav", { track: "3", length: "2:05" }),
  ];
  const metadata = {
    creator: ["One", "Two"],
    date: "1998-05-06T00:00:00Z",
    licenseurl: "https://creativecommons.org/licenses/by/4.0/",
    genre: "Folk",
  };
  folder.put("items.jsonl", `${JSON.stringify(item("abc", files, metadata))}\n`);
  const { tracks, releases, summary } = await add("items.jsonl");
  expect(summary.rejected).toBe(0);
  const told = tracks.map((t) => [t.key, t.title, t.track_no, t.artist_credit, t.duration_ms]);
  expect(told).toEqual([
    ["abc/01 A.flac", "A", 1, "X", 61_256n],
    ["abc/02 B.FLAC", "B", null, "One, Two", 3_723_000n],
    ["abc/03.wav", null, 3, "One, Two", 125_000n],
  ]);
  expect(tracks[1]).toMatchObject({
    licence: metadata.licenseurl,
    release_key: "abc",
    genres: ["Folk"],
    identifiers: [{ scheme: "ia-item", value: "abc" }],
    credits: [
      { name: "One", role: "main", key: null },
      { name: "Two", role: "main", key: null },
    ],
  });
  expect(releases).toMatchObject([{ release_key: "abc", title: "Item abc", release_date: "1998-05-06" }]);
});

test.each([
  ["a list", ["A", "B"], "A, B"],
  ["a list with nothing and numbers in it", ["A", null, 3], "A, 3"],
  ["a text that begins as a list does", "[A", "[A"],
  ["an empty text", "", null],
  ["a number", 7, "7"],
])("a creator may be %s", async (_, creator, credit) => {
  folder.put("items.jsonl", `${JSON.stringify(item("a", [original("a.mp3")], { creator }))}\n`);
  const { tracks } = await add("items.jsonl");
  expect(tracks.map((track) => track.artist_credit)).toEqual([credit]);
});

test("items come a file each in a folder too, over many lines or in one", async () => {
  folder.put("items/a.json", JSON.stringify(item("a", [original("a.mp3")]), null, 2));
  folder.put("items/b.json", JSON.stringify(item("b", [original("b.mp3"), original("b2.mp3")])));
  folder.put("items/c.json", JSON.stringify(item("c", [original("c.ogg")]), null, "\t").replace("{\n", "{"));
  folder.put("items/d.json", JSON.stringify(item("d", []), null, 1).slice(0, 50));
  folder.put("items/readme.txt", "no item");
  const { summary, tracks } = await add("items");
  expect(tracks.map(({ key }) => key)).toEqual(["a/a.mp3", "b/b.mp3", "b/b2.mp3", "c/c.ogg"]);
  expect(summary.rejects.map(({ reason }) => reason)).toEqual(["d.json: not a JSON object"]);
});

test("what is no item with audio is refused for what it is", async () => {
  const bad: readonly object[] = [
    {},
    { error: "no such item" },
    item("dark", [original("a.mp3")]),
    item("texts", [original("a.pdf")]),
    { metadata: { identifier: "nofiles" } },
    { metadata: { identifier: "files" }, files: 3 },
  ];
  const lines = bad.map((doc, index) => JSON.stringify(index === 2 ? { ...doc, is_dark: true } : doc));
  folder.put("items.jsonl", `${JSON.stringify(item("ok", [original("a.mp3")]))}\n${lines.join("\n")}\n`);
  const { summary, tracks } = await add("items.jsonl");
  expect(tracks).toHaveLength(1);
  const reasons = summary.rejects.map(({ line, reason }) => `${line} ${reason}`);
  expect(reasons.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "2 no item: metadata.identifier is missing",
    "3 no item: metadata.identifier is missing",
    "4 a dark item",
    "5 an item without original audio files",
    "6 an item without its list of files",
    "7 files is a number where a list should be",
  ]);
});
