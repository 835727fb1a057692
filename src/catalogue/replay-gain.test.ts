import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { showKey } from "./show-key.ts";
import { showTrack } from "./show-track.ts";
import { currentSnapshot } from "./store/snapshot-store.ts";
import {
  type TestMeasure,
  testTrackId,
  writeAudioAccession,
  writeMeasuresAccession,
  writePlaysAccession,
} from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const id = (path: string): bigint => testTrackId("m", path);
const ALBUM: readonly [string, string][] = [
  ["ALBUM", "Album"],
  ["ALBUMARTIST", "Ann"],
];
const LOUD: TestMeasure = {
  trackId: id("loud.ogg"),
  gainDb: 2,
  peak: 0.5,
  blocks: { first: 500, counts: [100] },
};
const QUIET: TestMeasure = {
  trackId: id("quiet.ogg"),
  gainDb: 22,
  peak: 0.25,
  blocks: { first: 300, counts: [100] },
};
const SILENT: TestMeasure = { trackId: id("silent.ogg"), gainDb: null, peak: null, blocks: null };

async function addFiles(paths: readonly string[], sizeBytes = 1000): Promise<void> {
  const files = paths.map((path) => ({ path, sizeBytes, tags: path === "alone.ogg" ? [] : ALBUM }));
  await writeAudioAccession(it.archive, { label: "m", day: 1, files });
}

async function gains(): Promise<Record<string, unknown>[]> {
  return await it.query(
    `select h.path, g.gain_db, g.peak, round(g.album_gain_db, 9) as album_gain_db, g.album_peak, g.album_tracks,
       g.album_id is not null as on_album
     from replay_gain g join holding h using (track_id) order by h.path`,
  );
}

// The mean of all blocks is near -23 LUFS; the quiet ones lie more than 10 LU below it.
test("an album is as loud as the blocks of all its tracks within 10 LU of their mean", async () => {
  await addFiles(["loud.ogg", "quiet.ogg", "silent.ogg"]);
  await writeMeasuresAccession(it.archive, { day: 2, rows: [LOUD, QUIET, SILENT] });
  await it.build();
  const album = { album_gain_db: 1.95, album_peak: 0.5, album_tracks: 2, on_album: true };
  expect(await gains()).toEqual([
    { path: "loud.ogg", gain_db: 2, peak: 0.5, ...album },
    { path: "quiet.ogg", gain_db: 22, peak: 0.25, ...album },
    { path: "silent.ogg", gain_db: null, peak: null, ...album },
  ]);
});

test("a track of no album has its own gain alone, one that was not measured has none", async () => {
  await addFiles(["alone.ogg", "loud.ogg"]);
  await writeMeasuresAccession(it.archive, { day: 2, rows: [{ ...LOUD, trackId: id("alone.ogg") }] });
  await it.build();
  expect(await gains()).toEqual([
    {
      path: "alone.ogg",
      gain_db: 2,
      peak: 0.5,
      album_gain_db: null,
      album_peak: null,
      album_tracks: null,
      on_album: false,
    },
  ]);
});

test("what was measured of another file, or before there were gains, gives none", async () => {
  await addFiles(["loud.ogg", "quiet.ogg"], 1001);
  await writeMeasuresAccession(it.archive, { day: 2, rows: [LOUD] });
  await writeMeasuresAccession(it.archive, { day: 3, rows: [{ ...QUIET, sizeBytes: 1001 }], gains: false });
  await it.build();
  expect(await gains()).toEqual([]);
  expect(await it.query("select count(energy)::integer as measured from track")).toEqual([{ measured: 1 }]);
});

test("gains go on with their tracks when only counts are new", async () => {
  await addFiles(["loud.ogg", "quiet.ogg"]);
  await writeMeasuresAccession(it.archive, { day: 2, rows: [LOUD, QUIET] });
  await it.build();
  const before = await gains();
  const rows = [{ kind: "path", value: "loud.ogg", plays: 7 }] as const;
  await writePlaysAccession(it.archive, { label: "p", day: 3, rows });
  expect(await it.build({ maxShare: 1 })).toMatchObject({ incremental: true, tables: { replay_gain: 2 } });
  expect(await gains()).toEqual(before);
  expect(before).toHaveLength(2);
});

test("a track and an album are shown with what was measured of them", async () => {
  await addFiles(["loud.ogg", "quiet.ogg"]);
  await writeMeasuresAccession(it.archive, { day: 2, rows: [LOUD] });
  await it.build();
  expect(await showTrack(it.archive, id("loud.ogg"))).toMatchObject({
    gain: { gain_db: 2, album_tracks: 1 },
    features: expect.arrayContaining([
      { name: "energy", value: expect.any(Number), unit: null, tool: expect.any(String) },
    ]),
  });
  expect(await showTrack(it.archive, id("quiet.ogg"))).toMatchObject({ gain: null, features: [] });
  const [row] = await it.query("select album_id from album");
  const key = trackIdFromBigInt(BigInt(String(row?.album_id)));
  const { archive } = it;
  const options = { archive, reporter: silentReporter, tracks: 5 };
  const { shown } = await showKey(await currentSnapshot(archive), key, options);
  expect(shown).toMatchObject([{ type: "album", shown: { gain: { peak: 0.5, tracks: 1 } } }]);
});

test("a snapshot from before there were gains is read as one without any", async () => {
  await addFiles(["loud.ogg"]);
  await it.build();
  const { folder } = await currentSnapshot(it.archive);
  const path = join(folder, "snapshot.json");
  const { tables, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  const { replay_gain: _, ...before } = tables;
  writeFileSync(path, JSON.stringify({ ...rest, tables: before }));
  expect(await gains()).toEqual([]);
});
