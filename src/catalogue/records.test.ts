import { afterEach, beforeEach, expect, test } from "vitest";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { listConflicts } from "./list-conflicts.ts";
import { writeAudioAccession, writePlaysAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";
import { recordTrackId, writeRecordAccession } from "./testing/records.ts";

const MBID = "11111111-2222-4333-8444-555555555555";
const MERGED = "99999999-2222-4333-8444-555555555555";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const full = {
  key: "r1/1",
  release_key: "r1",
  disc_no: 1,
  track_no: 2,
  title: " Señorita ",
  credits: [
    { name: "Zoë", role: "main", key: "z" },
    { name: "Nobody Known", role: "main", key: null },
    { name: "Zoë", role: "composer", key: "z" },
  ],
  duration_ms: 201_000,
  isrcs: ["us-rc1-76-07839", "nonsense", "GBAYE0000351"],
  identifiers: [{ scheme: "mbid-recording", value: MBID.toUpperCase() }],
  release_date: "2001-02-30",
  explicit: true,
  language: "spa",
  genres: ["pop", "pop", "folk"],
  market_count: 180,
  plays: 12,
  features: [
    { name: "tempo", value: 120.5 },
    { name: "key", value: 11 },
    { name: "energy", value: 0.5 },
  ],
} as const;

test("a record becomes a track with its credits, codes, genres, counts and features", async () => {
  await writeRecordAccession(it.archive, {
    label: "t",
    day: 1,
    tracks: [full],
    releases: [
      {
        release_key: "r1",
        title: "Album",
        artist_credit: "Zoë",
        release_date: "2001",
        labels: ["Étiquette", "Other"],
        barcode: "5012345678900",
        release_type: "album",
        identifiers: [{ scheme: "mbid-release", value: MBID }],
      },
    ],
    artists: [{ artist_key: "z", name: "Zoë Z.", genres: ["pop"], popularity: 50, followers: 7 }],
  });
  const { flagged } = await it.build();
  expect(
    await it.query(
      `select t.* exclude (track_id, artist_nos, album_no, accession, popularity), a.title as album, a.gtin, a.track_count, a.album_type, l.name as label
       from track t join album a using (album_id) join label l using (label_id)`,
    ),
  ).toMatchObject([
    {
      title: "Señorita",
      title_source: "record",
      artist_credit: "Zoë, Nobody Known",
      disc_no: 1,
      track_no: 2,
      duration_ms: 201_000n,
      duration_exact: false,
      release_date: "2001-02",
      date_precision: "month",
      plays: 12n,
      explicit: true,
      language: "spa",
      market_count: 180,
      isrc: "USRC17607839",
      tempo_bpm: 120.5,
      key: 11,
      mode: null,
      energy: 0.5,
      album: "Album",
      gtin: "05012345678900",
      track_count: 1,
      album_type: "album",
      label: "Étiquette",
    },
  ]);
  expect(
    await it.query(
      "select role, position, name from track_artist join artist using (artist_id) order by all",
    ),
  ).toEqual([
    { role: "composer", position: 1, name: "Zoë Z." },
    { role: "main", position: 1, name: "Zoë Z." },
    { role: "main", position: 2, name: "Nobody Known" },
  ]);
  expect(
    await it.query("select scheme, value, raw from identifier where entity = 'track' order by 1, 2, 3"),
  ).toEqual([
    { scheme: "isrc", value: "GBAYE0000351", raw: "GBAYE0000351" },
    { scheme: "isrc", value: "USRC17607839", raw: "USRC17607839" },
    { scheme: "isrc", value: null, raw: "nonsense" },
    { scheme: "mbid-recording", value: MBID, raw: MBID.toUpperCase() },
  ]);
  expect(await it.query("select genre from track_genre order by position")).toEqual([
    { genre: "pop" },
    { genre: "folk" },
  ]);
  expect(flagged.malformedIdentifiers).toEqual({ isrc: 1 });
});

test("the newest row of a key speaks; what is gone is gone; another label is another source", async () => {
  const track = (key: string, title: string, status = "track") => ({ key, title, status, release_key: "r" });
  await writeRecordAccession(it.archive, {
    label: "t",
    day: 1,
    tracks: [track("a", "old"), track("b", "to go"), track("c", "stays")],
    releases: [{ release_key: "r", title: "First" }],
  });
  await writeRecordAccession(it.archive, {
    label: "t",
    day: 2,
    tracks: [track("a", "new"), track("b", "to go", "gone")],
    releases: [{ release_key: "r", title: "Second" }],
  });
  await writeRecordAccession(it.archive, { label: "u", day: 3, tracks: [track("a", "other")] });
  await it.build();
  expect(await it.query("select title from track order by title")).toEqual([
    { title: "new" },
    { title: "other" },
    { title: "stays" },
  ]);
  expect(await it.query("select title, track_count from album order by title")).toEqual([
    { title: "", track_count: 1 },
    { title: "Second", track_count: 2 },
  ]);
});

test("counts of a recording reach all its tracks, and those of what was merged into it", async () => {
  const track = (key: string, mbid: string) => ({
    key,
    title: key,
    identifiers: [{ scheme: "mbid-recording", value: mbid }],
  });
  await writeRecordAccession(it.archive, {
    label: "t",
    day: 1,
    tracks: [track("a", MBID), track("b", MERGED), track("c", "00000000-1111-4222-8333-444444444444")],
    // The second and the third go round in a ring: nobody follows them.
    redirects: [
      ["mbid-recording", MERGED, MBID],
      ["mbid-release", MBID, MERGED],
      ["mbid-release", MERGED, MBID],
    ],
  });
  await writePlaysAccession(it.archive, {
    label: "l",
    day: 2,
    rows: [
      { kind: "mbid-recording", value: MBID, plays: 10, until: "2026-01-01" },
      { kind: "mbid-recording", value: MERGED, plays: 5, until: "2022-01-01" },
    ],
  });
  const { flagged } = await it.build();
  expect(await it.query("select title, plays, popularity from track order by title")).toEqual([
    { title: "a", plays: 15n, popularity: 100 },
    { title: "b", plays: 15n, popularity: 100 },
    { title: "c", plays: null, popularity: null },
  ]);
  expect(flagged.plays).toMatchObject({ rows: 2, matched: 2 });
  expect(await it.query("select evidence from resolution where entity = 'track'")).toEqual([
    { evidence: "mbid" },
  ]);
});

test("tracks, albums, artists and labels of two sources are found to be one", async () => {
  await writeRecordAccession(it.archive, {
    label: "a",
    day: 1,
    tracks: [
      {
        key: "1",
        title: "Ég",
        artist_credit: "Múm",
        credits: [{ name: "Múm", role: "main", key: "m" }],
        duration_ms: 200_000,
        isrcs: ["ISAAA0100001"],
      },
    ],
    releases: [{ release_key: "x", title: "X", barcode: "5012345678900", labels: ["Smekkleysa"] }],
  });
  await writeRecordAccession(it.archive, {
    label: "b",
    day: 2,
    tracks: [
      {
        key: "1",
        title: "ÉG",
        artist_credit: "múm",
        credits: [{ name: "MÚM", role: "main", key: null }],
        duration_ms: 201_900,
      },
    ],
    releases: [{ release_key: "y", title: "Y", barcode: "05012345678900", labels: ["SMEKKLEYSA"] }],
  });
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 3,
    files: [
      {
        path: "eg.ogg",
        durationMs: 199_950,
        tags: [
          ["TITLE", "Ég"],
          ["ARTIST", "Múm"],
        ],
      },
    ],
  });
  await it.build();
  expect(
    await it.query(
      "select entity, evidence, count(*)::integer as n from resolution group by all order by all",
    ),
  ).toEqual([
    { entity: "album", evidence: "gtin", n: 1 },
    { entity: "artist", evidence: "text", n: 2 },
    { entity: "label", evidence: "text", n: 1 },
    { entity: "track", evidence: "text", n: 2 },
  ]);
});

test("one ISRC on two recordings is a conflict and unites nothing", async () => {
  await writeRecordAccession(it.archive, {
    label: "a",
    day: 1,
    tracks: [
      { key: "1", title: "Sun", duration_ms: 200_000, isrcs: ["ISAAA0100001"] },
      { key: "2", title: "Sun", duration_ms: 215_000, isrcs: ["ISAAA0100001"] },
      { key: "3", title: "Moon", duration_ms: 200_000, isrcs: ["ISAAA0100002"] },
      { key: "4", title: "Moon (live)", duration_ms: 201_000, isrcs: ["ISAAA0100002"] },
      {
        key: "5",
        title: "Rain",
        isrcs: ["ISAAA0100003", "ISAAA0100004"],
        identifiers: [{ scheme: "mbid-recording", value: MBID }],
      },
    ],
  });
  const { flagged } = await it.build();
  expect(await it.query("select kind, value, track_id, detail from conflict order by all")).toEqual([
    ...[recordTrackId("a", "1"), recordTrackId("a", "2")]
      .sort((x, y) => (x < y ? -1 : 1))
      .map((track_id) => ({
        kind: "isrc-of-several-recordings",
        value: "ISAAA0100001",
        track_id,
        detail: "durations differ by 15 s",
      })),
    ...["ISAAA0100003", "ISAAA0100004"].map((detail) => ({
      kind: "recording-of-several-isrcs",
      value: MBID,
      track_id: recordTrackId("a", "5"),
      detail,
    })),
  ]);
  expect(flagged.conflicts).toEqual({ "isrc-of-several-recordings": 2, "recording-of-several-isrcs": 2 });
  expect(await it.query("select evidence from resolution")).toEqual([{ evidence: "isrc" }]);
  const report = await listConflicts(it.archive, { kind: "recording-of-several-isrcs", limit: 1 });
  expect(report).toMatchObject({
    counts: [{ kind: "recording-of-several-isrcs", scheme: "mbid-recording", rows: 2 }],
    conflicts: [{ value: MBID, track: trackIdFromBigInt(recordTrackId("a", "5")), detail: "ISAAA0100003" }],
  });
});
