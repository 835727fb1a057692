import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trackIdOf, trackIdToBigInt } from "../formats/identifiers/index.ts";
import { type TestFile, writeAudioAccession } from "./testing/accessions.ts";
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

describe("artists", () => {
  test("spellings of a name that fold alike are one artist, shown as most often written", async () => {
    await catalogueOf([
      { path: "a.ogg", tags: [["ARTIST", "Sigur Rós"]] },
      { path: "b.ogg", tags: [["ARTIST", "Sigur Rós"]] },
      { path: "c.ogg", tags: [["ARTIST", "SIGUR  ROS"]] },
    ]);
    expect(await column("select name from artist")).toEqual(["Sigur Rós"]);
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

  test("every source has artists of its own, with MusicBrainz ids too", async () => {
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
    expect(await column("select count(*)::integer from artist group by name order by name")).toEqual([2, 2]);
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

  test("a MusicBrainz id makes the id of its source's artist and album", async () => {
    await catalogueOf([
      album(
        "a/1.ogg",
        "Hits",
        ["ARTIST", "E"],
        ["MUSICBRAINZ_ARTISTID", MBID_A],
        ["MUSICBRAINZ_ALBUMID", MBID_B],
      ),
    ]);
    expect(await column("select artist_id from artist")).toEqual([idOf("artist:audio:m", `mbid\0${MBID_A}`)]);
    expect(await column("select album_id from album")).toEqual([idOf("album:audio:m", `mbid\0${MBID_B}`)]);
  });
});

function idOf(source: string, key: string): bigint {
  const id = trackIdToBigInt(trackIdOf(source, key));
  return id.ok ? id.value : 0n;
}
