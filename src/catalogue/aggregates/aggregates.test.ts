import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { draftSnapshot, openSnapshot, writeSegments } from "../store/index.ts";
import { describeTables, NOTHING_FLAGGED, SNAPSHOT_FORMAT } from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { makeTestArchive, type TestArchive } from "../testing/catalogued.ts";
import { aggregateFromStatistics, aggregatesFromRows } from "./read-aggregate.ts";
import { AGGREGATE_NAMES } from "./registry.ts";
import { statisticsPath } from "./segment-statistics.ts";

let it: TestArchive;
let snapshot: Snapshot;
beforeAll(async () => {
  it = await makeTestArchive();
  const draft = await draftSnapshot(it.archive, "s-000000000001");
  const database = await Database.open();
  const write = (table: "track" | "isrc", query: string) =>
    writeSegments(database, { table, query, folder: draft.folder, generation: 0, rowsPerSegment: 700 });
  await database.run(
    `create table t as select i as track_id, 'title' as title, i // 3 as isrc, nullif(i % 120, 119) as popularity,
       if(i % 7 = 0, 18446744073709551615::ubigint, i) as plays, 'a' as accession from range(5000) r(i)`,
  );
  const { TABLES } = await import("../store/tables.ts");
  const nulls = Object.entries(TABLES.track.columns)
    .filter(([name]) => !["track_id", "title", "isrc", "popularity", "plays", "accession"].includes(name))
    .map(([name, type]) => `null::${type} as "${name}"`);
  const segments = {
    track: await write("track", `select *, ${nulls.join(", ")} from t`),
    isrc: await write("isrc", "select isrc, popularity, track_id, accession from t"),
  };
  database.close();
  snapshot = await draft.publish({
    format: SNAPSHOT_FORMAT,
    id: draft.id,
    builder: "test",
    program: "test",
    created: "2026-01-01T00:00:00Z",
    parent: null,
    accessions: [],
    synthetic: null,
    nextAlbumNo: 1,
    nextArtistNo: 1,
    tables: describeTables(segments),
    replaced: [],
    flagged: NOTHING_FLAGGED,
  });
});
afterAll(() => it.remove());

test.each(AGGREGATE_NAMES)(
  "%s is the same from the segments' statistics as from the rows, to the last digit",
  async (name) => {
    const database = await openSnapshot(snapshot);
    const fromRows = await aggregatesFromRows(database, snapshot, name);
    database.close();
    expect(await aggregateFromStatistics(snapshot, name)).toEqual(fromRows.get(name));
  },
);

test("sums pass what 64 bits hold, and equal keys of several segments are one group", async () => {
  const rows = (await aggregateFromStatistics(snapshot, "tracks-by-popularity")) ?? [];
  expect(rows.map(({ keys }) => keys[0])).toEqual([...Array(119).keys(), null]);
  const plays = rows.reduce((sum, { sums }) => sum + (sums[2] ?? 0n), 0n);
  const capped = BigInt(Math.ceil(5000 / 7)) * 18446744073709551615n;
  const others = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? 0n : BigInt(i)));
  expect(plays).toBe(others.reduce((sum, one) => sum + one, capped));
});

test("statistics that are missing, damaged, or of other bytes are not used", async () => {
  const [segment] = snapshot.tables.isrc.segments;
  const path = statisticsPath(join(snapshot.folder, segment?.file ?? ""));
  const whole = readFileSync(path, "utf8");
  for (const text of ["", whole.slice(0, -20), whole.replace(segment?.sha256 ?? "", "0".repeat(64))]) {
    writeFileSync(path, text);
    expect(await aggregateFromStatistics(snapshot, "tracks-per-isrc")).toBeNull();
  }
  writeFileSync(path, whole);
  expect(await aggregateFromStatistics(snapshot, "tracks-per-isrc")).not.toBeNull();
});

test("with replaced rows the statistics do not add up, and are not used", async () => {
  const replaced = [{ generation: 1, file: "replaced/1.parquet", rows: 1, sha256: "0".repeat(64) }];
  expect(await aggregateFromStatistics({ ...snapshot, replaced }, "tracks-per-isrc")).toBeNull();
});
