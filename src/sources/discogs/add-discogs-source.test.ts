import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { silentReporter } from "../../core/reporter.ts";
import type { RecordSourceSummary } from "../facts/add-record-source.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "../testing/intake-fixture.ts";
import { addDiscogsSource } from "./add-discogs-source.ts";
import { ARTISTS, LABELS, MASTERS, RELEASES } from "./testing/dumps.ts";

let fixture: IntakeFixture;

beforeEach(async () => {
  fixture = await intakeFixture();
});

afterEach(() => fixture.folder.remove());

function add(files: Record<string, string | Buffer>, dryRun = false): Promise<RecordSourceSummary> {
  for (const [name, content] of Object.entries(files)) fixture.folder.put(name, content);
  const paths = Object.keys(files).map((name) => join(fixture.folder.path, name));
  return addDiscogsSource({ archive: fixture.archive, reporter: silentReporter, files: paths, dryRun });
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  return await tableRows(await fixture.newest(), table);
}

test("takes releases in with their tracks, credits and codes", async () => {
  const summary = await add({ "releases.xml.gz": gzipSync(RELEASES) });
  expect(summary).toMatchObject({ rows: { releases: 3, tracks: 10 }, rejected: 4 });
  expect(summary.rejects.map(({ reason }) => reason)).toEqual([
    'a release whose status is "Draft"',
    "a release without an id",
    "a release without a track list",
    "a reference to a character or an entity that XML does not have",
  ]);
  const tracks = await rowsOf("tracks");
  expect(
    tracks.map((track) => [track.key, track.title, track.disc_no, track.track_no, track.duration_ms]),
  ).toEqual([
    ["7:A1", "Öre", 1, 1, 245_000n],
    ["7:A2", "Sol", 1, 2, null],
    ["7:B1", "Suite: Adagio", 1, 3, 3_723_000n],
    ["7:C1", "Suite: Allegro", 2, 1, null],
    ["7:C2", "Medley", 2, 2, 180_000n],
    ["7:#6", "Twin", 2, 3, null],
    ["7:#7", "Twin again", 2, 4, null],
    ["8:#1", "One", null, 1, null],
    ["8:#2", "Two", null, 2, null],
    ["12:#1", "One", null, 1, 60_000n],
  ]);
  const [first, second] = tracks;
  expect(first).toMatchObject({
    artist_credit: "A. Bell & The Sevens",
    credits: [
      { name: "A. Bell", role: "main", key: "10" },
      { name: "The Sevens", role: "main", key: "11" },
      { name: "Bo Dahl", role: "composer", key: "12" },
      { name: "Bo Dahl", role: "producer", key: "12" },
    ],
  });
  expect(second).toMatchObject({
    artist_credit: "The Sevens",
    isrcs: ["DK-AAA-71-00002"],
    credits: [
      { role: "main" },
      { name: "Ed Gray", role: "lyricist" },
      { role: "composer" },
      { role: "producer" },
    ],
  });
  const [release] = await rowsOf("releases");
  expect(release).toMatchObject({
    release_key: "7",
    title: "Night & Day",
    release_date: "1971-05",
    release_type: "album",
    labels: ["Low Tide"],
    catalogue_numbers: ["LT 01"],
    barcode: "5 012345 678900",
    identifiers: [
      { scheme: "discogs-release", value: "7" },
      { scheme: "discogs-master", value: "3" },
      { scheme: "gtin", value: "5012345678900" },
    ],
    genres: ["Rock", "Beat"],
  });
});

test("counts as xmllint does", async () => {
  await add({ "releases.xml": RELEASES });
  const isTrack = (sign: string): string => `${sign}!=''`;
  const accepted = "/releases/release[@id and @status='Accepted' and tracklist]";
  const withPosition = `${accepted}[tracklist//position!='']`;
  const withDuration = `${accepted}[not(tracklist//position!='')][tracklist//duration!='']`;
  const tracks = [
    `count(${withPosition}//track[${isTrack("position")}][not(sub_tracks/track[${isTrack("position")}])])`,
    `count(${withDuration}//track[${isTrack("duration")}])`,
    `count(${accepted}[not(tracklist//position!='')][not(tracklist//duration!='')]/tracklist/track)`,
  ].join(" + ");
  // What is no XML at all is left out first: xmllint stops at it.
  const wellFormed = RELEASES.replace(/<release id="11".*<\/release>\n/, "");
  const count = (expression: string): number => {
    const result = spawnSync("xmllint", ["--xpath", expression, "-"], {
      input: wellFormed,
      encoding: "utf8",
    });
    expect(result.stderr).toBe("");
    return Number(result.stdout);
  };
  expect((await rowsOf("releases")).length).toBe(count(`count(${accepted})`));
  expect((await rowsOf("tracks")).length).toBe(count(tracks));
});

test("takes the other dumps in without what they say of persons and firms", async () => {
  const summary = await add({ "a.xml": ARTISTS, "l.xml": LABELS, "m.xml": MASTERS });
  expect(summary).toMatchObject({
    rows: { artists: 1, labels: 1, masters: 1 },
    rejects: [{ line: 1, reason: "a.xml: artist without an id" }],
  });
  const all = JSON.stringify(await Promise.all(["artists", "labels", "masters"].map(rowsOf)));
  expect(all).toContain("Ada Bell");
  expect(all).not.toMatch(/Somebody Real|Some Street|example\.com/);
});

test("keeps what was whole of a cut dump, and says where it ends", async () => {
  const packed = gzipSync(RELEASES);
  const cut = await add({ "releases.xml.gz": packed.subarray(0, packed.length - 20) });
  expect(cut.rows).toMatchObject({ releases: expect.any(Number) });
  expect(cut.rejects.at(-1)?.reason).toMatch(/^the input ends early: /);
  const broken = await add({ "b.xml": RELEASES.replace("<title>Untimed</title>", "<title>Untimed</titel>") });
  expect(broken).toMatchObject({
    rows: { releases: 1, tracks: 7 },
    rejected: 1,
    rejects: [{ line: RELEASES.slice(0, RELEASES.indexOf("Untimed")).split("\n").length }],
  });
});

test("takes the same dump in once, and nothing in a dry run", async () => {
  const dry = await add({ "l.xml": LABELS }, true);
  expect(dry).toMatchObject({ accession: null, sample: { labels: [{ name: "Low Tide" }] } });
  expect((await add({ "l.xml": LABELS })).accession).toMatch(/^discogs-dump-/);
  expect(await add({ "l.xml": LABELS })).toMatchObject({ accession: null, isUnchanged: true });
});

test.each([
  ["<html><body/></html>", "the root element <html>: not a dump of Discogs"],
  ["<!DOCTYPE a [<!ENTITY b 'c'>]><releases/>", "a document type declaration"],
  ["", "can be used"],
])("refuses %s", async (content, reason) => {
  const refused = add({ "x.xml": content });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(reason);
});

test("a dry run stops after the beginning of the file, and says so", async () => {
  const release = (id: number): string =>
    `<release id="${id}" status="Accepted"><title>Title ${id}</title>${" ".repeat(200)}<tracklist><track><position>1</position><title>One</title></track></tracklist></release>\n`;
  const text = `<releases>${Array.from({ length: 12_000 }, (_, n) => release(n + 1)).join("")}</releases>`;
  const summary = await add({ "releases.xml": text }, true);
  expect(summary.isSample).toBe(true);
  expect(summary.sample.tracks?.length).toBe(10);
  expect(summary.rows.releases).toBeGreaterThanOrEqual(1000);
  expect(summary.rows.releases).toBeLessThan(12_000);
});
