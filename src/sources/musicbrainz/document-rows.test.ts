import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderAndDatabase } from "../../core/testing/folder-and-database.ts";
import { zstdPacker } from "../../core/zstd.ts";
import { LineTurner, spareBytes } from "../documents/turn-lines.ts";
import { type MusicBrainzEntity, musicBrainzRows } from "./document-rows.ts";
import { lines, mbid } from "./testing/documents.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];
type Json = Readonly<Record<string, unknown>>;

const tables = folderAndDatabase();
const pack = zstdPacker(1);

function turnerOf(entity: MusicBrainzEntity): LineTurner {
  return new LineTurner((json) => musicBrainzRows(entity, json, "musicbrainz:main", pack));
}

/** The rows of a batch by the name of the part; all documents must be taken. */
async function turn(turner: LineTurner, documents: readonly Json[]): Promise<Readonly<Record<string, Rows>>> {
  const bytes = Buffer.from(lines(documents));
  const longestBytes = Math.max(...documents.map((one) => Buffer.byteLength(lines([one]))));
  const memory = new Uint8Array(bytes.length + spareBytes(longestBytes));
  memory.set(bytes);
  for (const file of Object.values(turner.files)) file.begin();
  expect([...turner.turn(memory, bytes.length)]).toEqual([]);
  const rows: Record<string, Rows> = {};
  for (const [part, file] of Object.entries(turner.files)) {
    const path = join(tables.folder, `${part}.parquet`);
    writeFileSync(path, file.end());
    rows[part] = await tables.database.rows("select * from read_parquet($path)", { path });
  }
  return rows;
}

const artist = (name: string): Json => ({ id: mbid(name), name });
const track = (name: string, recording: Json, own: Json = {}): Json => ({
  id: mbid(`track ${name}`),
  ...own,
  recording: { id: mbid(`recording ${name}`), ...recording },
});
const release = (name: string, more: Json): Json => ({ id: mbid(name), title: name, media: [], ...more });
const medium = (...tracks: readonly Json[]): Json => ({ position: 1, tracks });

/** What one track becomes. */
async function trackRow(recording: Json, own: Json = {}): Promise<Json | undefined> {
  const document = release("R", { media: [medium(track("1", recording, own))] });
  const { tracks } = await turn(turnerOf("release"), [document]);
  expect(tracks).toHaveLength(1);
  return tracks?.[0];
}

test("a text with an escape has room to be put down twice", async () => {
  const name = `${"n".repeat(10_000)}"`;
  const { releases } = await turn(turnerOf("release"), [release("R", { "artist-credit": [{ name }] })]);
  expect(releases?.[0]?.artist_credit).toBe(name);
});

const main = (name: string | null, key: string | null = null): Json => ({ name, role: "main", key });

test.each([
  ["no credit", undefined, null, null],
  ["an empty credit", [], null, []],
  ["a credit of nobody", [null], null, [main(null)]],
  [
    "names without artists",
    [{ name: "A", joinphrase: " & " }, { name: "B" }],
    "A & B",
    [main("A"), main("B")],
  ],
  ["an artist whose name is not said", [{ artist: artist("A") }], "A", [main("A", mbid("A"))]],
  ["an empty name", [{ name: "", artist: artist("A") }], null, [main("", mbid("A"))]],
  ["escapes", [{ name: 'é"\\', joinphrase: "\n" }, { name: "💿" }], 'é"\\\n💿', [main('é"\\'), main("💿")]],
])("%s is the credit of a track and of a release", async (_, credit, text, credits) => {
  const recording = credit === undefined ? {} : { "artist-credit": credit };
  const row = await trackRow(recording);
  expect([row?.artist_credit, row?.credits]).toEqual([text, credits]);
  const { releases } = await turn(turnerOf("release"), [release("R", recording)]);
  expect([releases?.[0]?.artist_credit, releases?.[0]?.credits]).toEqual([text, credits]);
});

test("artists of relations come behind those of the credit, those without an id are left out", async () => {
  const relations = [
    { type: "librettist", artist: artist("L") },
    { type: "vocal", artist: { name: "nobody" } },
    { type: "mix", artist: artist("M") },
    { artist: { id: mbid("N") } },
    { type: "writer", artist: null },
    null,
  ];
  const others = [
    { name: "L", role: "lyricist", key: mbid("L") },
    { name: "M", role: "other", key: mbid("M") },
    { name: null, role: "other", key: mbid("N") },
  ];
  const row = await trackRow({ "artist-credit": [{ name: "A" }], relations });
  expect(row?.credits).toEqual([main("A"), ...others]);
  expect((await trackRow({ "artist-credit": [], relations }))?.credits).toEqual(others);
  expect((await trackRow({ relations }))?.credits).toBeNull();
});

test.each([
  ["nothing", undefined, []],
  ["an empty list", [], []],
  ["items that are null or empty", [null, "A", null, "", "B"], [null, "A", null, "", "B"]],
])("ISRCs: %s", async (_, isrcs, expected) => {
  expect((await trackRow(isrcs === undefined ? {} : { isrcs }))?.isrcs).toEqual(expected);
});

test.each([
  [{ position: 2147483647 }, "track_no", 2147483647],
  [{ position: 2147483648 }, "track_no", null],
  [{ position: -5 }, "track_no", -5],
  [{ length: -5 }, "duration_ms", -5n],
  [{ length: 999_999_999_999_999 }, "duration_ms", 999_999_999_999_999n],
  [{ length: null }, "duration_ms", 7n],
  [{ length: 0 }, "duration_ms", 0n],
  [{ title: "" }, "title", "of the recording"],
  [{ title: "own" }, "title", "own"],
  [{ "artist-credit": null }, "artist_credit", "A"],
  [{ "artist-credit": [{ name: "B" }] }, "artist_credit", "B"],
])("a track with %j has this %s", async (own, column, expected) => {
  const recording = { title: "of the recording", length: 7, "artist-credit": [{ name: "A" }] };
  expect((await trackRow(recording, own))?.[column]).toBe(expected);
});

test("hidden tracks come first, data tracks do not come, in all media in their order", async () => {
  const media = [
    { ...medium(track("2", {}), track("3", {})), pregap: track("1", {}), "data-tracks": [track("x", {})] },
    null,
    { position: 3, pregap: track("4", {}) },
    { position: 4, tracks: [] },
  ];
  const { tracks } = await turn(turnerOf("release"), [release("R", { media })]);
  expect(tracks?.map(({ key }) => key)).toEqual(["1", "2", "3", "4"].map((name) => mbid(`track ${name}`)));
  expect(tracks?.map(({ disc_no: disc }) => disc)).toEqual([1, 1, 1, 3]);
});

test("a release is refused for any of its tracks that has no id", () => {
  const turner = turnerOf("release");
  const bytes = Buffer.from(lines([release("R", { media: [medium({ id: "x" }, track("1", {}))] })]));
  const memory = Buffer.concat([bytes, bytes, bytes]);
  expect([...turner.turn(memory, bytes.length)]).toEqual([[0, "a track without its MBID or its recording"]]);
  expect(turner.files.tracks?.rows).toBe(0);
});

test("labels, catalogue numbers and types are different texts, labels and numbers in the order of their bytes", async () => {
  const infos = ["\uffff", "💿", "b", "B", "b", ""].map((text) => ({
    "catalog-number": text,
    label: { id: mbid("l"), name: text },
  }));
  const group = { "primary-type": "Album", "secondary-types": ["Live", null, "Demo"] };
  const { releases, labels } = await turn(turnerOf("release"), [
    release("R", { "label-info": [null, ...infos, { label: null }], "release-group": group }),
  ]);
  expect(releases?.[0]).toMatchObject({
    labels: ["", "B", "b", "\uffff", "💿"],
    catalogue_numbers: ["B", "b", "\uffff", "💿"],
    release_type: "Album + Live + Demo",
    identifiers: [{ scheme: "mbid-release", value: mbid("R") }],
  });
  expect(labels).toEqual([{ label_key: mbid("l"), name: "B", identifiers: null, rank: 1 }]);
});

test("an artist has the least of its names, in each batch anew, and any number of them is kept", async () => {
  const turner = turnerOf("release");
  const naming = (name: string | null, key: string): Json => ({ artist: { id: key, name } });
  const many = Array.from({ length: 3000 }, (_, index) => naming(`n${index % 1500}`, `k${index % 1500}`));
  const said = [naming("b", "1"), naming(null, "2"), naming("a", "1"), naming("", "3"), naming("z", "2")];
  const first = await turn(turner, [release("R", { "artist-credit": [...said, ...many, naming("b", "1")] })]);
  const names = first.artists?.map(({ artist_key: key, name }) => [key, name]);
  expect(names?.slice(0, 3)).toEqual([
    ["1", "a"],
    ["2", "z"],
    ["3", null],
  ]);
  expect(names?.slice(3)).toEqual(Array.from({ length: 1500 }, (_, index) => [`k${index}`, `n${index}`]));
  const second = await turn(turner, [
    release("R", { "artist-credit": [naming(null, "2"), naming("b", "1"), naming("c", "1")] }),
  ]);
  expect(second.artists?.map(({ artist_key: key, name }) => [key, name])).toEqual([
    ["2", null],
    ["1", "b"],
  ]);
});

test("supplements are told of each entity, those without a value are not", async () => {
  const said = {
    tags: [{ name: "t", count: 2 }, { count: 3 }, null],
    genres: [{ name: "g", count: null }],
    rating: { value: 5, "votes-count": 3 },
    annotation: "",
  };
  const { supplements } = await turn(turnerOf("release"), [
    release("R", {
      rating: { value: 4.5 },
      annotation: "A",
      "release-group": { id: mbid("G"), ...said },
      media: [medium(track("1", { tags: [{ name: "t", count: -1 }], rating: { value: null } }))],
    }),
    release("S", { "release-group": said }),
  ]);
  const row = (
    entity: string,
    key: string,
    kind: string,
    value: string,
    count: bigint | null = null,
  ): Json => ({
    entity,
    key: mbid(key),
    kind,
    value,
    count,
  });
  expect(supplements).toEqual([
    row("release", "R", "rating", "4.5"),
    row("release", "R", "annotation", "A"),
    row("release-group", "G", "tag", "t", 2n),
    row("release-group", "G", "genre", "g"),
    row("release-group", "G", "rating", "5.0", 3n),
    row("recording", "recording 1", "tag", "t", -1n),
  ]);
});

test("codes of an artist are in the order of their bytes, null is none", async () => {
  const document = {
    id: mbid("A"),
    name: "A",
    "sort-name": "A",
    isnis: ["b", null, "a", "a"],
    ipis: ["2", "1"],
  };
  const { artists } = await turn(turnerOf("artist"), [document]);
  const codes = ["isni a", "isni a", "isni b", "ipi 1", "ipi 2"].map((code) => {
    const [scheme, value] = code.split(" ");
    return { scheme, value };
  });
  expect(artists).toEqual([
    {
      artist_key: mbid("A"),
      name: "A",
      identifiers: [{ scheme: "mbid-artist", value: mbid("A") }, ...codes],
      rank: 0,
    },
  ]);
});

test("a recording by itself is a track with its first date, and without a place", async () => {
  const document = {
    id: mbid("1"),
    title: "T",
    "artist-credit": [{ name: "A" }],
    length: 9,
    "first-release-date": "1999",
  };
  const { tracks } = await turn(turnerOf("recording"), [
    document,
    { ...document, id: mbid("2"), "first-release-date": "" },
  ]);
  expect(tracks).toMatchObject([
    {
      key: mbid("1"),
      title: "T",
      release_key: null,
      disc_no: null,
      track_no: null,
      duration_ms: 9n,
      release_date: "1999",
    },
    { key: mbid("2"), release_date: null, identifiers: [{ scheme: "mbid-recording", value: mbid("2") }] },
  ]);
});
