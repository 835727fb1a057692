import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { silentReporter } from "../../core/reporter.ts";
import { trackIdOf, trackIdToBigInt } from "../../formats/identifiers/track-id.ts";
import { type Accession, listAccessions } from "../accession/accession.ts";
import type { RecordSourceSummary } from "../facts/add-record-source.ts";
import { tableRows } from "../testing/intake-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type AddMusicBrainzSourceOptions, addMusicBrainzSource } from "./add-musicbrainz-source.ts";
import { artistDocument, lines, mbid, releaseDocument } from "./testing/documents.ts";

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

async function add(
  names: readonly string[],
  options: Partial<AddMusicBrainzSourceOptions> = {},
): Promise<RecordSourceSummary & { readonly newest: Accession }> {
  const files = names.map((name) => join(folder.path, name));
  const summary = await addMusicBrainzSource({ archive, reporter: silentReporter, files, ...options });
  const newest = (await listAccessions(archive)).at(-1);
  if (!newest) throw new Error("no accession");
  return { ...summary, newest };
}

function jq(file: string, program: string): unknown {
  const { status, stdout, stderr } = spawnSync("jq", ["-s", "-c", program, join(folder.path, file)]);
  expect(stderr.toString()).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout.toString());
}

function shell(command: string): void {
  const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: folder.path });
  expect(`${status} ${stderr}`).toBe("0 ");
}

const texts = (rows: readonly Record<string, unknown>[], column: string): unknown[] =>
  rows.map((row) => row[column]);
const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value);

test("the counts of a dump are those of jq", async () => {
  const documents = Array.from({ length: 60 }, (_, number) => releaseDocument(number));
  folder.put("dump/mbdump/release", lines(documents));
  folder.put("dump/COPYING", "CC0");
  shell("tar -C dump -cJf release.tar.xz COPYING mbdump/release");
  const { rows, rejected, newest } = await add(["release.tar.xz"]);
  const count = (program: string): unknown => jq("dump/mbdump/release", program);
  expect(rejected).toBe(0);
  expect(rows).toEqual({
    tracks: count("[.[].media[] | (.pregap // empty), .tracks[]] | length"),
    releases: count("length"),
    artists: count(
      '[.[] | (.media[] | (.pregap // empty), .tracks[]), . | .["artist-credit"][].artist.id] | unique | length',
    ),
    labels: count('[.[]["label-info"][].label.id | select(.)] | unique | length'),
    supplements: 0,
  });
  const tracks = await tableRows(newest, "tracks");
  const isrcs = tracks.flatMap(({ isrcs: list }) => (isTextList(list) ? list : []));
  const played = "[.[].media[] | (.pregap // empty), .tracks[]]";
  expect(new Set(isrcs).size).toBe(count(`[${played}[].recording.isrcs[]] | unique | length`));
  expect(tracks.filter(({ isrcs: list }) => isTextList(list) && list.length === 0)).toHaveLength(
    Number(count(`[${played}[] | select(.recording.isrcs == [])] | length`)),
  );
  const lengths = tracks.reduce((sum, { duration_ms: ms }) => sum + Number(ms), 0);
  expect(lengths).toBe(count(`[${played}[] | .length // .recording.length] | add`));
  const releases = await tableRows(newest, "releases");
  expect(texts(releases, "barcode").filter((barcode) => barcode !== null)).toEqual(
    count('[.[].barcode | select(. != null and . != "")]'),
  );
});

test("documents of a tar are documents, whatever stands before the first of them", async () => {
  folder.put("dump/mbdump/release", `\ufeff${lines([releaseDocument(1)])}`);
  folder.put("dump/mbdump/artist", `\r\n  ${lines([artistDocument("A")])}`);
  shell("tar -C dump -cf dump.tar mbdump/release mbdump/artist");
  const { rows, rejected } = await add(["dump.tar"]);
  expect(rejected).toBe(0);
  expect(rows).toMatchObject({ releases: 1, tracks: 2 });
});

test("a document much longer than the pieces of the file is whole, and so are those beside it", async () => {
  // Half of it is texts with an escape, which are put down once more, and once more for the credit.
  const name = `${"n".repeat(2_500_000)}"`;
  const long = { ...releaseDocument(1), "artist-credit": [{ name }] };
  const before = Array.from({ length: 20 }, (_, index) => releaseDocument(index + 2));
  const after = Array.from({ length: 900 }, (_, index) => releaseDocument(index + 30));
  folder.put("dump/mbdump/release", lines([...before, long, ...after]));
  shell("tar -C dump -cf dump.tar mbdump/release");
  const { rejected, newest } = await add(["dump.tar"], { batchBytes: 5_000_000 });
  expect(rejected).toBe(0);
  const releases = await tableRows(newest, "releases");
  expect(texts(releases, "release_key")).toEqual(texts([...before, long, ...after], "id"));
  expect(releases[20]?.artist_credit === name).toBe(true);
});

test("a track has what the document says of it", async () => {
  folder.put("release.json", lines([releaseDocument(1), releaseDocument(2)]));
  const { newest } = await add(["release.json"], { label: "mb" });
  const [track] = await tableRows(newest, "tracks");
  const key = mbid("track 1/1");
  const id = trackIdToBigInt(trackIdOf("musicbrainz:mb", key));
  expect(track).toMatchObject({
    key,
    track_id: id.ok ? id.value : null,
    release_key: mbid("release 1"),
    disc_no: 1,
    track_no: 1,
    title: "Track 1/1",
    artist_credit: "Artist 1! & Guest 1!",
    credits: [
      { name: "Artist 1!", role: "main", key: mbid("artist Artist 1") },
      { name: "Guest 1!", role: "main", key: mbid("artist Guest 1") },
    ],
    duration_ms: 1001n,
    isrcs: ["GBXXX0100011"],
    identifiers: [
      { scheme: "mbid-recording", value: mbid("recording 1/1") },
      { scheme: "mbid-track", value: key },
    ],
  });
  const [release] = await tableRows(newest, "releases");
  expect(release).toMatchObject({
    release_key: mbid("release 1"),
    release_date: "1971-02",
    country: null,
    labels: ["Label 1"],
    catalogue_numbers: ["CAT 1"],
    barcode: "5000000000001",
    release_type: "Album + Live",
  });
});

test("credits are those of the track, and after them the artists of its relations, where it has any", async () => {
  const main = [{ name: "A", artist: { id: mbid("a"), name: "A" } }];
  const composer = { type: "composer", artist: { id: mbid("c"), name: "C" } };
  const cases: readonly (readonly [
    relations: unknown,
    credit: unknown,
    credits: readonly string[] | null,
  ])[] = [
    [undefined, main, ["A main"]],
    [null, main, ["A main"]],
    [[], main, ["A main"]],
    [[{ type: "remix" }], main, ["A main"]],
    [[composer, { type: "remix" }], main, ["A main", "C composer"]],
    [[composer], [], ["C composer"]],
    [[composer], undefined, null],
    [undefined, undefined, null],
  ];
  const tracks = cases.map(([relations, credit], index) => ({
    id: mbid(`t${index}`),
    recording: { id: mbid(`r${index}`), relations, "artist-credit": credit },
  }));
  folder.put("release.json", lines([{ ...releaseDocument(1), media: [{ position: 1, tracks }] }]));
  const rows = await tableRows((await add(["release.json"])).newest, "tracks");
  const told = rows.map(({ credits }) =>
    Array.isArray(credits) ? credits.map(({ name, role }) => `${name} ${role}`) : null,
  );
  expect(told).toEqual(cases.map(([, , credits]) => credits));
});

test("what stands under CC BY-NC-SA is in a table of its own, and the record says so", async () => {
  folder.put("release.json", lines([releaseDocument(1, { hasSupplements: true, tracks: 1 })]));
  const { newest } = await add(["release.json"]);
  expect(newest.licence).toBe("CC0-1.0");
  expect(newest.licences).toEqual({ supplements: "CC-BY-NC-SA-3.0" });
  const supplements = await tableRows(newest, "supplements");
  const told = supplements.map(({ entity, kind, value, count }) => `${entity} ${kind} ${value} ${count}`);
  expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "recording annotation A. null",
    "recording genre rock 3",
    "recording rating 4.5 2",
    "recording tag loud 2",
    "release annotation A. null",
    "release genre rock 3",
    "release tag loud 2",
  ]);
  for (const table of ["tracks", "releases", "artists"]) {
    expect(JSON.stringify(await tableRows(newest, table), (_, value) => String(value))).not.toMatch(
      /rock|loud/,
    );
  }
});

test("the dump of artists says more than releases do, in whatever order they come", async () => {
  folder.put("release.json", lines([releaseDocument(1)]));
  folder.put("artist.json", lines([artistDocument("Artist 1"), artistDocument("Nobody")]));
  const { newest, rows } = await add(["release.json", "artist.json"]);
  expect(rows.artists).toBe(4);
  const artist = (await tableRows(newest, "artists")).find(({ name }) => name === "Artist 1");
  expect(artist?.identifiers).toEqual([
    { scheme: "mbid-artist", value: mbid("artist Artist 1") },
    { scheme: "isni", value: "0000000121032683" },
  ]);
});

test("bad lines are refused with their line, byte and reason, and the rest goes in", async () => {
  const { media: _, ...old } = releaseDocument(5);
  const good = lines([releaseDocument(1)]);
  const bad: readonly (readonly [string | Buffer, RegExp])[] = [
    [lines([{ ...releaseDocument(2), media: 7 }]), /media is a number where a list should be/],
    [lines([{ ...old, mediums: [] }]), /without media: another version/],
    [lines([{ id: 12, name: "v1" }]), /no MBID/],
    [
      lines([{ ...releaseDocument(3), media: [{ position: 1, "track-count": 9 }] }]),
      /a count of tracks and no tracks/,
    ],
    [lines([{ ...releaseDocument(3), media: [{ tracks: [{ title: "x" }] }] }]), /a track without its MBID/],
    ['{"id": "\0"}\n', /a NUL/],
    [Buffer.from('{"id": "\xff"}\n', "latin1"), /not UTF-8/],
    ["<xml/>\n", /not a JSON object/],
  ];
  folder.put(
    "release.json",
    Buffer.concat([good, ...bad.map(([text]) => text)].map((text) => Buffer.from(text))),
  );
  const { rows, rejected, newest } = await add(["release.json"]);
  expect(rejected).toBe(bad.length);
  expect(rows.releases).toBe(1);
  const rejects = (await tableRows(newest, "rejects")).toSorted((a, b) => Number(a.line) - Number(b.line));
  let offset = good.length;
  for (const [index, [text, reason]] of bad.entries()) {
    expect(rejects[index]).toMatchObject({ line: BigInt(index + 2), offset_bytes: BigInt(offset) });
    expect(rejects[index]?.reason).toMatch(reason);
    offset += Buffer.from(text).length;
  }
});

test("half of a dump gives its whole lines, and says where it ends", async () => {
  const documents = Array.from({ length: 400 }, (_, number) => releaseDocument(number));
  folder.put("dump/mbdump/release", lines(documents));
  shell("tar -C dump -cf whole.tar mbdump/release; head -c 300000 whole.tar > half.tar");
  const { rows, rejects, newest } = await add(["half.tar"]);
  const whole =
    lines(documents)
      .slice(0, 300_000 - 512)
      .split("\n").length - 1;
  expect(rows.releases).toBe(whole);
  expect(whole).toBeGreaterThan(50);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    "the input ends within this line",
    "the input ends early: tar: ends before its two blocks of zeros",
  ]);
  expect(newest.counts.rejected).toBe(2);
});

test("merged MBIDs come from a list, or from the tables of a TSV dump", async () => {
  folder.put("release.json", lines([releaseDocument(1)]));
  folder.put("recording_gid_redirect.tsv", `${mbid("old")}\t${mbid("new")}\nnonsense\n`);
  folder.put("dump/mbdump/artist", `7\t${mbid("seven")}\tName\n8\t${mbid("eight")}\tName\n`);
  folder.put("dump/mbdump/artist_gid_redirect", `${mbid("gone")}\t8\t2020-01-01\n`);
  folder.put("dump/mbdump/label_gid_redirect", `${mbid("lost")}\t8\t2020-01-01\n`);
  shell("tar -C dump -cjf mbdump.tar.bz2 mbdump");
  const { newest, rejects } = await add(["release.json", "recording_gid_redirect.tsv", "mbdump.tar.bz2"]);
  expect(await tableRows(newest, "redirects")).toEqual([
    { scheme: "mbid-artist", from_value: mbid("gone"), to_value: mbid("eight") },
    { scheme: "mbid-recording", from_value: mbid("old"), to_value: mbid("new") },
  ]);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    "recording_gid_redirect.tsv: not two MBIDs",
    "label_gid_redirect without the table that its row numbers are of: read both from one dump",
  ]);
});

test("a dry run shows the mapping and ten rows, and leaves nothing", async () => {
  folder.put("release.json", lines(Array.from({ length: 2000 }, (_, number) => releaseDocument(number))));
  const files = [join(folder.path, "release.json")];
  const summary = await addMusicBrainzSource({ archive, reporter: silentReporter, files, dryRun: true });
  expect(summary.mapping.length).toBeGreaterThan(10);
  expect(summary.sample.tracks).toHaveLength(10);
  expect(Number(summary.rows.releases)).toBeLessThan(1000);
  expect(await listAccessions(archive)).toEqual([]);
});

test("a file that is something else is refused as a whole", async () => {
  folder.put("other.json", '{"a": 1}\n');
  await expect(add(["other.json"])).rejects.toThrow(/does not look like documents of MusicBrainz/);
});
