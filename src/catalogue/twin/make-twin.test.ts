import { rmSync, truncateSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, silentReporter } from "../../core/index.ts";
import { openSnapshot } from "../store/open-snapshot.ts";
import { currentSnapshot, type Snapshot } from "../store/snapshot-store.ts";
import { makeTestArchive, type TestArchive } from "../testing/catalogued.ts";
import { makeTwin } from "./make-twin.ts";
import { planTwin } from "./plan-twin.ts";
import { openTwinDatabase } from "./prepare-twin.ts";
import { twinTrackId } from "./twin-track-id.ts";

const plan = planTwin({ tracks: 30_000, seed: 7, minutePeaks: true });
let it: TestArchive;
let snapshot: Snapshot;
let database: Database;

beforeAll(async () => {
  it = await makeTestArchive();
  await makeTwin({ archive: it.archive, plan, reporter: silentReporter, workers: 1 });
  snapshot = await currentSnapshot(it.archive);
  database = await openSnapshot(snapshot);
}, 60_000);
afterAll(() => {
  database.close();
  it.remove();
});

/** The one number that a query gives. */
async function count(sql: string): Promise<number> {
  const [row] = await database.rows(sql);
  return Number(Object.values(row ?? {})[0]);
}

test("every table has the rows that its size says, and no key twice", async () => {
  const { tracks, albums, artists, recordings } = plan.size;
  expect(snapshot.tables.track.rows).toBe(tracks);
  expect(await count("select count(distinct track_id) from segment_track")).toBe(tracks);
  expect(await count("select count(distinct isrc) from segment_isrc")).toBe(recordings);
  expect(await count("select count(distinct album_id) from segment_album")).toBe(albums);
  expect(await count("select count(distinct gtin) from segment_album")).toBe(albums);
  expect(await count("select count(distinct artist_id) from segment_artist")).toBe(artists);
});

test("what two tables say of one thing is the same", async () => {
  const differing = [
    `segment_track t full join segment_isrc i using (track_id)
       where t.isrc is distinct from i.isrc or t.popularity is distinct from i.popularity`,
    `segment_album a full join segment_identifier i on i.entity_id = a.album_id
       where i.value is distinct from lpad(a.gtin::varchar, 14, '0')`,
    `(select album_no, count(*) n, max(popularity) p from segment_track group by all) t full join segment_album a using (album_no)
       where a.track_count is distinct from t.n or a.popularity is distinct from t.p`,
    `(select distinct unnest(artist_nos) as artist_no from segment_track) t anti join segment_artist using (artist_no)`,
    `segment_artist_genre anti join segment_artist using (artist_no)`,
    `segment_album anti join segment_label using (label_id)`,
    `(select isrc from segment_track group by isrc having count(distinct (title, duration_ms, tempo_bpm, artist_nos)) > 1)`,
  ];
  for (const from of differing)
    expect([from, await count(`select count(*) from ${from}`)]).toEqual([from, 0]);
});

test("segments are in the order of their tables", async () => {
  for (const table of ["track", "isrc", "identifier", "album", "artist", "artist_genre", "label"] as const) {
    const { TABLES } = await import("../store/tables.ts");
    const { sortedBy } = TABLES[table];
    for (const { file } of snapshot.tables[table].segments) {
      const path = join(snapshot.folder, file);
      const unsorted = await count(
        `select count(*) from (select file_row_number as place, row_number() over (order by ${sortedBy}) - 1 as wanted
         from read_parquet('${path}', file_row_number = true)) where place <> wanted`,
      );
      expect([file, unsorted]).toEqual([file, 0]);
    }
  }
});

test("the largest segment has all of its ranks, wherever it begins", async () => {
  const open = await openTwinDatabase({ tracks: 200_000, seed: 7, minutePeaks: true }, "any");
  await open.run("set variable first = 190000; set variable last = 1690000");
  const [found] = await open.rows(
    "select count(*)::integer as ranks, min(rank)::integer as first, max(rank)::integer as last from twin_mixed()",
  );
  open.close();
  expect(found).toEqual({ ranks: 1_500_000, first: 190_000, last: 1_689_999 });
});

test("the id of a track is that of its rank", async () => {
  const rows = await database.rows("select track_id from segment_track order by track_id");
  for (const rank of [0, 1, 12_345, 29_999]) {
    expect(rows[rank]?.track_id).toBe(twinTrackId(rank, plan.size.tracks, plan.parameters.seed));
  }
});

test("a run that was cut off goes on from the segments that are whole, to the same bytes", async () => {
  const other = await makeTestArchive();
  const again = () => makeTwin({ archive: other.archive, plan, reporter: silentReporter, workers: 1 });
  const first = await again();
  expect(first.created).toBe(true);
  const folder = join(other.archive.layout.catalogue, first.snapshot);
  const draft = join(other.archive.layout.catalogue, `.tmp-${first.snapshot}`);
  // As a killed run leaves it: no description, a journal, one segment missing, one cut short.
  const written = (await currentSnapshot(other.archive)).tables;
  const segments = Object.values(written).flatMap((table) => table.segments);
  await rename(folder, draft);
  await mkdir(draft, { recursive: true });
  rmSync(join(draft, "snapshot.json"));
  rmSync(join(draft, "album/0-0.parquet"));
  truncateSync(join(draft, "isrc/0-0.parquet"), 1000);
  await writeFile(
    join(draft, "made.jsonl"),
    `${segments.map((one) => JSON.stringify(one)).join("\n")}\n{"file":"tr`,
  );
  const second = await again();
  expect(second.segmentsKept).toBe(segments.length - 2);
  expect((await currentSnapshot(other.archive)).tables).toEqual(snapshot.tables);
  await expect(readFile(join(folder, "made.jsonl"))).rejects.toThrow("ENOENT");
  expect((await again()).created).toBe(false);
  other.remove();
}, 60_000);

test("another seed is another catalogue, and an archive holds one twin only", async () => {
  const other = planTwin({ tracks: 30_000, seed: 8, minutePeaks: true });
  await expect(makeTwin({ archive: it.archive, plan: other, reporter: silentReporter })).rejects.toThrow(
    "has another source",
  );
});
