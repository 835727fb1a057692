import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Archive, silentReporter } from "../../core/index.ts";
import { LookUp } from "../look-up/look-up.ts";
import { TrackRows } from "../look-up/track-rows.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { makeSnapshot, packed } from "../testing/made-snapshot.ts";
import { buildIndexes, planIndexes, removeUnfinishedIndexes } from "./build-indexes.ts";
import { searchSnapshot } from "./search-snapshot.ts";

const ISRC = packed("QZDWX2400001");
const OTHER = packed("QZDWX2400002");
const UUID = "c12ba1ee-06b9-4a1c-9f34-4a2d3c1d1c0b";

let it: { readonly archive: Archive; readonly snapshot: Snapshot; readonly remove: () => void };
beforeAll(async () => {
  const track = (track_id: number, title: string, popularity: number | null, isrc: bigint | null = null) => ({
    track_id,
    title,
    popularity,
    isrc,
    album_no: 1,
    artist_nos: [track_id % 2 === 0 ? 2 : 1],
  });
  it = await makeSnapshot([
    {
      rows: {
        track: [
          track(10, "Ten", 5, ISRC),
          track(20, "Twenty", 50, ISRC),
          track(30, "Thirty", null),
          track(40, "Forty", 70),
          track(50, "Fifty", 20, OTHER),
        ],
        isrc: [
          { isrc: ISRC, popularity: 5, track_id: 10 },
          { isrc: ISRC, popularity: 50, track_id: 20 },
          { isrc: OTHER, popularity: 20, track_id: 50 },
          { isrc: OTHER, popularity: 5, track_id: 10 },
        ],
        identifier: [
          { scheme: "mbid-recording", value: UUID, entity: "track", entity_id: 30 },
          { scheme: "mbid-recording", value: null, raw: "bad", entity: "track", entity_id: 40, reason: "no" },
          { scheme: "isni", value: "0000000121032683", entity: "artist", entity_id: 201 },
          { scheme: "gtin", value: "04006381333931", entity: "album", entity_id: 111 },
          { scheme: "gtin", value: "04006381333931", entity: "album", entity_id: 112 },
        ],
        album: [
          { album_no: 1, album_id: 111, title: "One" },
          { album_no: 2, album_id: 112, title: "Two" },
        ],
        artist: [
          { artist_no: 1, artist_id: 201, name: "Sigur Rós" },
          { artist_no: 2, artist_id: 202, name: "Кино" },
        ],
      },
    },
    {
      rows: {
        track: [track(20, "Zwanzig", 50, OTHER), track(60, "Sechzig", 90)],
        isrc: [{ isrc: OTHER, popularity: 50, track_id: 20 }],
        album: [{ album_no: 2, album_id: 112, title: "Zwei" }],
      },
      replaced: [
        ["track", 20, null],
        ["track", 40, null],
        ["album", 112, 2],
      ],
    },
  ]);
  await buildIndexes(planIndexes(it.snapshot), { archive: it.archive, reporter: silentReporter });
});
afterAll(() => it.remove());

test("a track id leads to its newest row, and to nothing when it is gone or never was", async () => {
  const lookUp = new LookUp(it.snapshot);
  const rows = new TrackRows(it.snapshot);
  const titles: unknown[] = [];
  for (const id of [10n, 20n, 30n, 40n, 50n, 60n, 70n]) {
    const position = lookUp.trackPosition(id);
    titles.push(position && (await rows.row(id, position))?.title);
  }
  expect(titles).toEqual(["Ten", "Zwanzig", "Thirty", null, "Fifty", "Sechzig", null]);
  expect(lookUp.trackPosition(50n)).toMatchObject({ row: 2, segment: { file: "track/0-1.parquet" } });
  await rows.close();
  lookUp.close();
});

test("an ISRC leads to the tracks that have it now", () => {
  const lookUp = new LookUp(it.snapshot);
  expect(lookUp.tracksOfIsrc(ISRC)).toEqual([10n]);
  expect(lookUp.tracksOfIsrc(OTHER)).toEqual([20n, 50n, 10n]);
  expect(lookUp.tracksOfIsrc(1n)).toEqual([]);
  expect([10n, 20n, 50n].map((id) => lookUp.moreIsrcs(id))).toEqual([[OTHER], [], []]);
  lookUp.close();
});

test("other identifiers lead to their entities, and these to their numbers and identifiers", () => {
  const lookUp = new LookUp(it.snapshot);
  expect(lookUp.entitiesOf("track", "mbid-recording", UUID)).toEqual([30n]);
  expect(lookUp.entitiesOf("album", "mbid-recording", UUID)).toEqual([]);
  expect(lookUp.entitiesOf("album", "gtin", "04006381333931")).toEqual([111n]);
  expect(lookUp.numberOf("album", 112n)).toBe(2);
  expect(lookUp.numberOf("artist", 202n)).toBe(2);
  expect(lookUp.numberOf("artist", 203n)).toBeNull();
  expect(lookUp.identifierSegments(40n).map(({ file }) => file)).toEqual(["identifier/0-1.parquet"]);
  lookUp.close();
});

test("search finds live tracks of all generations, most popular first", () => {
  const found = (text: string): unknown[] => searchSnapshot(it.snapshot, text, 10).map(({ title }) => title);
  expect(found("кино")).toEqual(["Sechzig", "Zwanzig", "Fifty", "Ten", "Thirty"]);
  expect(found("twenty")).toEqual([]);
  expect(found("sigur")).toEqual([]);
  expect(found("kinno тен")).toEqual([]);
});

test("an index that is whole is not built again; damaged, foreign and missing files are", () => {
  expect(planIndexes(it.snapshot)).toMatchObject({ keys: [], texts: [] });
  const folder = join(it.snapshot.folder, "index", "0");
  const path = join(folder, "album.keys");
  const good = readFileSync(path);
  writeFileSync(path, good.subarray(0, 50));
  rmSync(join(folder, "text.typos"));
  writeFileSync(join(folder, "artist.keys"), readFileSync(join(folder, "isrc.keys")));
  const plan = planIndexes(it.snapshot);
  expect(plan.keys.map(({ name }) => name)).toEqual(["album", "artist"]);
  expect(plan.texts).toHaveLength(1);
});

test("what a killed build left is removed, and nothing else", async () => {
  const { scratch } = it.archive.layout;
  const folder = join(it.snapshot.folder, "index", "0");
  const before = readdirSync(folder);
  writeFileSync(join(folder, ".tmp-1-album.keys"), "half");
  mkdirSync(join(scratch, "text-runs-x"));
  writeFileSync(join(scratch, "text-runs-x", "0"), "half");
  writeFileSync(join(scratch, "other"), "whole");
  await removeUnfinishedIndexes(it.archive, it.snapshot);
  expect(readdirSync(folder)).toEqual(before);
  expect(readdirSync(scratch)).toEqual(["other"]);
});

test("building again mends it, to the same bytes", async () => {
  const folder = join(it.snapshot.folder, "index", "0");
  const read = () =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString("hex")]);
  await buildIndexes(planIndexes(it.snapshot), { archive: it.archive, reporter: silentReporter });
  const once = read();
  await buildIndexes(planIndexes(it.snapshot, { rebuild: true }), {
    archive: it.archive,
    reporter: silentReporter,
  });
  expect(read()).toEqual(once);
});
