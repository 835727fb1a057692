import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trackIdOf, trackIdToBigInt } from "../formats/identifiers/index.ts";
import { currentSnapshot } from "./snapshot.ts";
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

describe("identifiers", () => {
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
});

describe("artists", () => {
  test("spellings of a name that fold alike are one artist, shown as most often written", async () => {
    await catalogueOf([
      { path: "a.ogg", tags: [["ARTIST", "Sigur Rós"]] },
      { path: "b.ogg", tags: [["ARTIST", "Sigur Rós"]] },
      { path: "c.ogg", tags: [["ARTIST", "SIGUR  ROS"]] },
    ]);
    expect(await it.query("select name, name_folded from artist")).toEqual([
      { name: "Sigur Rós", name_folded: "sigur ros" },
    ]);
  });

  test("several ARTIST values are several artists in their order; ARTISTS is better than ARTIST", async () => {
    await catalogueOf([
      {
        path: "a.ogg",
        tags: [
          ["ARTIST", "B"],
          ["ARTIST", "A"],
          ["ARTIST", "b"],
          ["COMPOSER", "C"],
        ],
      },
      {
        path: "b.ogg",
        tags: [
          ["ARTIST", "D feat. E"],
          ["ARTISTS", "D"],
          ["ARTISTS", "E"],
        ],
      },
    ]);
    const rows = await it.query(
      `select t.title, x.role, x.position, a.name from track_artist x
       join artist a using (artist_id) join track t using (track_id) order by all`,
    );
    expect(rows.map((row) => Object.values(row).join(" "))).toEqual([
      "a composer 1 C",
      "a main 1 B",
      "a main 2 A",
      "b main 1 D",
      "b main 2 E",
    ]);
    expect(await column("select artist_credit from track order by title")).toEqual(["B, A", "D feat. E"]);
  });

  test("one name with two MusicBrainz ids is two artists; one id makes the name known in its source", async () => {
    await catalogueOf([
      {
        path: "a.ogg",
        tags: [
          ["ARTIST", "Nirvana"],
          ["MUSICBRAINZ_ARTISTID", MBID_A],
        ],
      },
      {
        path: "b.ogg",
        tags: [
          ["ARTIST", "Nirvana"],
          ["MUSICBRAINZ_ARTISTID", MBID_B],
        ],
      },
      { path: "c.ogg", tags: [["ARTIST", "Nirvana"]] },
      {
        path: "d.ogg",
        tags: [
          ["ARTIST", "Queen"],
          ["MUSICBRAINZ_ARTISTID", MBID_A.replace("1", "3")],
        ],
      },
      { path: "e.ogg", tags: [["ARTIST", "queen"]] },
    ]);
    expect(await column("select count(*)::integer from artist group by name order by name")).toEqual([3, 1]);
  });

  test("ids that are not as many as the names are not given to any of them", async () => {
    await catalogueOf([
      {
        path: "a.ogg",
        tags: [
          ["ARTIST", "A & B"],
          ["MUSICBRAINZ_ARTISTID", MBID_A],
          ["MUSICBRAINZ_ARTISTID", MBID_B],
        ],
      },
    ]);
    expect(await it.query("select * from identifier where entity = 'artist'")).toEqual([]);
  });

  test("equal names of two sources are two artists unless a MusicBrainz id joins them", async () => {
    const tagged: readonly TestFile[] = [
      { path: "a.ogg", tags: [["ARTIST", "Plain"]] },
      {
        path: "b.ogg",
        tags: [
          ["ARTIST", "Known"],
          ["MUSICBRAINZ_ARTISTID", MBID_A],
        ],
      },
    ];
    await writeAudioAccession(it.archive, { label: "one", day: 1, files: tagged });
    await writeAudioAccession(it.archive, { label: "two", day: 2, files: tagged });
    await it.build();
    expect(await column("select count(*)::integer from artist group by name order by name")).toEqual([1, 2]);
  });
});

describe("albums", () => {
  const album = (path: string, title: string, ...tags: (readonly [string, string])[]): TestFile => ({
    path,
    tags: [["ALBUM", title], ...tags],
  });

  test.each<[string, number, TestFile[]]>([
    [
      "a compilation of many artists in one folder",
      1,
      [album("c/1.ogg", "Hits", ["ARTIST", "A"]), album("c/2.ogg", "hits", ["ARTIST", "B"])],
    ],
    ["two albums of one title in two folders", 2, [album("a/1.ogg", "Hits"), album("b/1.ogg", "Hits")]],
    [
      "one album artist across folders",
      1,
      [album("a/1.ogg", "Hits", ["ALBUMARTIST", "Q"]), album("b/1.ogg", "Hits", ["ALBUMARTIST", "q"])],
    ],
    [
      "two album artists with one title in one folder",
      2,
      [album("a/1.ogg", "Hits", ["ALBUMARTIST", "Q"]), album("a/2.ogg", "Hits", ["ALBUMARTIST", "R"])],
    ],
    [
      "the discs of an album in folders of their own",
      1,
      [album("a/CD1/1.ogg", "Hits"), album("a/disc 2/1.ogg", "Hits")],
    ],
    [
      "a MusicBrainz id across folders, known to a track without it",
      1,
      [
        album("a/1.ogg", "Hits", ["MUSICBRAINZ_ALBUMID", MBID_A]),
        album("b/1.ogg", "Hits (disc 2)", ["MUSICBRAINZ_ALBUMID", MBID_A]),
        album("a/2.ogg", "Hits"),
      ],
    ],
    [
      "two MusicBrainz ids in one folder",
      2,
      [
        album("a/1.ogg", "Hits", ["MUSICBRAINZ_ALBUMID", MBID_A]),
        album("a/2.ogg", "Hits", ["MUSICBRAINZ_ALBUMID", MBID_B]),
      ],
    ],
  ])("%s: %i", async (_, albums, files) => {
    await catalogueOf(files);
    expect(await column("select count(*)::integer from album")).toEqual([albums]);
    expect(await column("select sum(track_count)::integer from album")).toEqual([files.length]);
  });

  test("an album has an artist of its own only when one is named or all tracks agree", async () => {
    await catalogueOf([
      album("a/1.ogg", "Named", ["ALBUMARTIST", "Various"], ["ARTIST", "A"]),
      album("b/1.ogg", "Agreed", ["ARTIST", "B"], ["DATE", "1999"], ["LABEL", "L"]),
      album("b/2.ogg", "Agreed", ["ARTIST", "B"], ["DATE", "2001-02"]),
      album("b/3.ogg", "Agreed", ["ARTIST", "B"], ["DATE", "2001-02"]),
      album("c/1.ogg", "Mixed", ["ARTIST", "A"]),
      album("c/2.ogg", "Mixed", ["ARTIST", "B"]),
    ]);
    expect(
      await it.query(
        "select title, artist, release_date, name as label from album left join label using (label_id) order by title",
      ),
    ).toEqual([
      { title: "Agreed", artist: "B", release_date: "2001-02", label: "L" },
      { title: "Mixed", artist: null, release_date: null, label: null },
      { title: "Named", artist: "Various", release_date: null, label: null },
    ]);
  });

  test("ids are the first 64 bits of SHA-256, as track ids are", async () => {
    await catalogueOf([album("a/1.ogg", "Hîts", ["ARTIST", "É"])]);
    expect(await column("select artist_id from artist")).toEqual([idOf("artist:audio:m", "e")]);
    expect(await column("select album_id from album")).toEqual([idOf("album:audio:m", "hits\0folder\0a")]);
  });
});

describe("tracks", () => {
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
});

describe("what there is now", () => {
  test("the newest accession of a source wins: changed files change, gone and damaged files go", async () => {
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 1,
      files: ["same.ogg", "changed.ogg", "gone.ogg", "broken.ogg"].map((path) => ({
        path,
        tags: [["TITLE", `old ${path}`]],
      })),
    });
    await it.build();
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 2,
      files: [
        { path: "changed.ogg", tags: [["TITLE", "new"]], sizeBytes: 7 },
        { path: "gone.ogg", status: "gone" },
        { path: "broken.ogg", status: "rejected" },
      ],
    });
    await it.build();
    expect(await column("select title from track order by title")).toEqual(["new", "old same.ogg"]);
    expect(
      await column("select h.accession from holding h join track using (track_id) order by title"),
    ).toEqual([expect.stringContaining("20260102"), expect.stringContaining("20260101")]);
    expect(await column("select value from tag order by 1")).toEqual(["new", "old same.ogg"]);
  });

  test("a file that comes back is a track again, with the same id", async () => {
    await writeAudioAccession(it.archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
    await writeAudioAccession(it.archive, { label: "m", day: 2, files: [{ path: "a.ogg", status: "gone" }] });
    await writeAudioAccession(it.archive, { label: "m", day: 3, files: [{ path: "a.ogg" }] });
    await it.build();
    expect(await column("select track_id from track")).toEqual([testTrackId("m", "a.ogg")]);
  });

  test("of two files with one id the first by path is the track; the other is counted", async () => {
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 1,
      files: [
        { path: "b.ogg", trackId: 7n },
        { path: "a.ogg", trackId: 7n },
      ],
    });
    expect((await it.build()).flagged.idCollisions).toBe(1);
    expect(await column("select path from holding")).toEqual(["a.ogg"]);
  });
});

describe("a build", () => {
  const files: readonly TestFile[] = Array.from({ length: 60 }, (_, at) => ({
    path: `${at % 7}/${at}.ogg`,
    tags: [
      ["TITLE", `T${at % 11}`],
      ["ARTIST", at % 3 === 0 ? "Á" : "A"],
      ["ALBUM", at % 2 === 0 ? "X" : "x"],
      ["GENRE", "G"],
    ],
  }));

  test("gives the same id and the same bytes for the same accessions, in any archive", async () => {
    const other = await makeTestArchive();
    try {
      for (const { archive } of [it, other]) {
        await writeAudioAccession(archive, { label: "m", day: 1, files, root: "/music" });
      }
      await it.build();
      await other.build();
      const [a, b] = [await currentSnapshot(it.archive), await currentSnapshot(other.archive)];
      expect(b.id).toBe(a.id);
      expect(b.tables).toEqual(a.tables);
      expect(readFileSync(b.table("track"))).toEqual(readFileSync(a.table("track")));
    } finally {
      other.remove();
    }
  });

  test("that finds its snapshot there writes nothing", async () => {
    await catalogueOf(files);
    const before = readdirSync(it.archive.layout.catalogue);
    const again = await it.build();
    expect(again.created).toBe(false);
    expect(again.tables.track).toBe(60);
    expect(readdirSync(it.archive.layout.catalogue)).toEqual(before);
  });

  test("refuses an archive without accessions, and says what to do", async () => {
    await expect(it.build()).rejects.toThrow("nothing to make a catalogue of");
    await expect(currentSnapshot(it.archive)).rejects.toThrow("no catalogue yet");
  });

  test("refuses an accession whose Parquet is not what it was, and leaves the current snapshot", async () => {
    await catalogueOf(files);
    const { id } = await currentSnapshot(it.archive);
    const accession = await writeAudioAccession(it.archive, { label: "n", day: 2, files });
    appendFileSync(join(it.archive.layout.sources, accession, "tags.parquet"), "x");
    await expect(it.build()).rejects.toThrow(/"tags.parquet" of the accession .* is damaged/);
    expect((await currentSnapshot(it.archive)).id).toBe(id);
    expect(readdirSync(it.archive.layout.catalogue).sort()).toEqual(["CURRENT", id]);
  });
});

function idOf(source: string, key: string): bigint {
  const id = trackIdToBigInt(trackIdOf(source, key));
  return id.ok ? id.value : 0n;
}
