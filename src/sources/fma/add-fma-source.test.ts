import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { silentReporter } from "../../core/reporter.ts";
import { listAccessions } from "../accession/accession.ts";
import { tableRows } from "../testing/intake-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { addFmaSource } from "./add-fma-source.ts";

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

async function add() {
  const summary = await addFmaSource({ archive, reporter: silentReporter, folder: join(folder.path, "fma") });
  const accession = (await listAccessions(archive)).at(-1);
  if (!accession) throw new Error("no accession");
  const rows = (table: string) => tableRows(accession, table);
  return {
    summary,
    tracks: await rows("tracks"),
    releases: await rows("releases"),
    artists: await rows("artists"),
  };
}

const NAMES: readonly (readonly [group: string, name: string])[] = [
  ...["comments", "date_released", "id", "title", "type"].map((name) => ["album", name] as const),
  ...["bio", "id", "name"].map((name) => ["artist", name] as const),
  ...["split", "subset"].map((name) => ["set", name] as const),
  ...["composer", "duration", "genre_top", "genres", "language_code", "license", "listens", "lyricist"].map(
    (name) => ["track", name] as const,
  ),
  ...["number", "title"].map((name) => ["track", name] as const),
];

function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `tracks.csv` as it is published: groups, names, the name of the index, rows. */
function tracksCsv(
  rows: readonly (readonly [id: string, values: Readonly<Record<string, string>>])[],
): string {
  const heads = [
    ["", ...NAMES.map(([group]) => group)],
    ["", ...NAMES.map(([, name]) => name)],
    ["track_id", ...NAMES.map(() => "")],
  ];
  const lines = rows.map(([id, values]) => [
    id,
    ...NAMES.map(([group, name]) => values[`${group}.${name}`] ?? ""),
  ]);
  return [...heads, ...lines].map((line) => `${line.map(field).join(",")}\n`).join("");
}

const GENRES = "genre_id,#tracks,parent,title,top_level\n21,9,0,Hip-Hop,21\n45,2,21,Loud,21\n";
const FOOD = {
  "album.id": "1",
  "album.title": "A Way",
  "album.type": "Album",
  "album.date_released": "2009-01-05 00:00:00",
  "artist.id": "7",
  "artist.name": "A & Co",
  "artist.bio": '<p>Long,\n"quoted"</p>\n',
  "track.title": "Food, hot",
  "track.duration": "168",
  "track.genres": "[21, 45, 99]",
  "track.language_code": "en",
  "track.license": "Attribution",
  "track.listens": "1293",
  "track.number": "3",
  "track.composer": "Someone",
};

test("tracks.csv gives tracks with genres by name and listens, albums and artists", async () => {
  const { "artist.id": _, ...other } = FOOD;
  folder.put("fma/genres.csv", GENRES);
  folder.put(
    "fma/tracks.csv",
    tracksCsv([
      ["2", FOOD],
      ["10", { ...FOOD, "track.title": "Ten", "album.id": "-1", "track.genres": "[]", "track.number": "0" }],
      ["3", { ...other, "artist.id": "8", "artist.name": "B", "track.listens": "" }],
    ]),
  );
  const { summary, tracks, releases, artists } = await add();
  expect(summary.rejected).toBe(0);
  expect(tracks.map(({ key }) => key)).toEqual(["2", "3", "10"]);
  expect(tracks[0]).toMatchObject({
    release_key: "1",
    title: "Food, hot",
    track_no: 3,
    duration_ms: 168_000n,
    artist_credit: "A & Co",
    credits: [
      { name: "A & Co", role: "main", key: "7" },
      { name: "Someone", role: "composer", key: null },
    ],
    genres: ["Hip-Hop", "Loud"],
    plays: 1293n,
    licence: "Attribution",
    language: "en",
    identifiers: [{ scheme: "fma-track", value: "2" }],
  });
  expect(tracks[2]).toMatchObject({ release_key: null, genres: [], track_no: null });
  expect(tracks[1]?.plays).toBe(null);
  expect(releases).toMatchObject([
    {
      release_key: "1",
      title: "A Way",
      artist_credit: null,
      release_date: "2009-01-05",
      release_type: "Album",
    },
  ]);
  expect(artists.map(({ artist_key, name }) => `${artist_key} ${name}`)).toEqual(["7 A & Co", "8 B"]);
});

const RAW_COLUMNS = [
  ...["track_id", "album_id", "album_title", "artist_id", "artist_name", "license_title", "license_url"],
  ...["track_composer", "track_disc_number", "track_duration", "track_explicit", "track_genres"],
  ...["track_language_code", "track_listens", "track_lyricist", "track_number", "track_title", "track_url"],
];
const RAW_ROW = [
  ...["2", "1", "A Way", "7", "A & Co", "Attribution", "http://creativecommons.org/licenses/by/3.0/"],
  ...["", "2", "01:02:48", "Radio-Unsafe", "[{'genre_id': '21', 'genre_title': 'Hip-Hop'}]"],
  ...["en", "5", "", "3", "Food", "http://example.org/food"],
];
const RAW_TRACKS = [RAW_COLUMNS, RAW_ROW].map((line) => `${line.map(field).join(",")}\n`).join("");

test("raw_tracks.csv adds the address of the licence, and does alone too", async () => {
  folder.put("fma/raw_tracks.csv", RAW_TRACKS);
  folder.put(
    "fma/raw_genres.csv",
    "genre_id,genre_color,genre_handle,genre_parent_id,genre_title\n21,,h,,Hip-Hop\n",
  );
  folder.put("fma/raw_albums.csv", "album_id,album_type,album_date_released\n1,Album,1/05/2009\n");
  const alone = await add();
  const raw = { disc_no: 2, explicit: true, licence: "http://creativecommons.org/licenses/by/3.0/" };
  expect(alone.tracks).toMatchObject([{ ...raw, genres: ["Hip-Hop"], duration_ms: 3_768_000n, plays: 5n }]);
  expect(alone.releases).toMatchObject([{ release_date: "2009-01-05", release_type: "Album" }]);
  folder.put("fma/tracks.csv", tracksCsv([["2", FOOD]]));
  const both = await add();
  expect(both.tracks).toMatchObject([{ ...raw, genres: ["Hip-Hop"], duration_ms: 168_000n, plays: 1293n }]);
});

test("lines that do not fit are refused with their place, and the rest goes in", async () => {
  const good = tracksCsv([["2", FOOD]]);
  const bad = Buffer.concat([
    Buffer.from(good),
    Buffer.from("3,too,few\n"),
    Buffer.from(
      tracksCsv([["4", { ...FOOD, "track.title": "caf\u00e9" }]])
        .split("\n")
        .slice(3)
        .join("\n"),
      "latin1",
    ),
    Buffer.from(
      tracksCsv([["5", FOOD]])
        .split("\n")
        .slice(3)
        .join("\n"),
    ),
  ]);
  folder.put("fma/tracks.csv", bad);
  const { summary, tracks } = await add();
  expect(tracks.map(({ key }) => key)).toEqual(["2", "5"]);
  expect(summary.rejected).toBe(2);
  const [few, encoding] = summary.rejects;
  expect(few?.reason).toMatch(/^tracks\.csv: Expected Number of Columns/);
  expect(few?.offsetBytes).toBe(Buffer.from(good).length);
  expect(encoding?.reason).toMatch(/unicode/);
});

test("of lines that end now one way, now the other, each goes in or is refused", async () => {
  const { "artist.bio": _, ...plain } = FOOD;
  const rows = tracksCsv([
    ["2", { ...plain, "track.title": "x", "track.genres": "[]" }],
    ["5", FOOD],
    ["6", FOOD],
  ]).split(/\n(?=\d)/);
  folder.put("fma/tracks.csv", `${rows.slice(0, 2).join("\n")}\r\n${rows.slice(2).join("\r\n")}`);
  const { summary, tracks } = await add();
  expect(tracks.length + summary.rejected).toBe(3);
  expect(tracks.length).toBeGreaterThan(0);
});

test("a folder without the files, and another version of them, are refused", async () => {
  folder.put("fma/readme", "");
  await expect(add()).rejects.toThrow(/neither tracks.csv nor raw_tracks.csv/);
  folder.put("fma/raw_tracks.csv", "id,title\n1,a\n");
  await expect(add()).rejects.toThrow(/has no column "track_id"/);
});
