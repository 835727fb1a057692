import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { openSnapshot } from "./open-snapshot.ts";
import {
  describeTables,
  NOTHING_FLAGGED,
  type ReplacedDescription,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
} from "./snapshot-document.ts";
import type { Snapshot } from "./snapshot-store.ts";
import { TABLE_NAMES, type TableName } from "./tables.ts";
import { writeReplaced } from "./write-replaced.ts";
import { writeSegments } from "./write-segments.ts";

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-snapshot=1-"));
  mkdirSync(join(folder, "replaced"));
  database = await Database.open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function snapshotOf(
  segments: { readonly [table in TableName]?: readonly SegmentDescription[] },
  replaced: ReplacedDescription[],
): Snapshot {
  return {
    format: SNAPSHOT_FORMAT,
    id: "s-000000000000",
    builder: "test",
    program: "test",
    created: "2026-01-01T00:00:00Z",
    parent: null,
    accessions: [],
    synthetic: null,
    nextAlbumNo: 10,
    nextArtistNo: 10,
    tables: describeTables(segments),
    replaced,
    flagged: NOTHING_FLAGGED,
    folder,
  };
}

async function rowsOf(snapshot: Snapshot, sql: string): Promise<unknown[]> {
  const opened = await openSnapshot(snapshot);
  try {
    return (await opened.rows(sql)).map((row) => Object.values(row));
  } finally {
    opened.close();
  }
}

test("every view can be read when no table has a row", async () => {
  const opened = await openSnapshot(snapshotOf({}, []));
  const views = [
    "track_artist",
    "feature",
    ...TABLE_NAMES.filter((name) => name !== "credit" && name !== "isrc"),
  ];
  for (const view of views) expect(await opened.rows(`select * from ${view}`)).toEqual([]);
  opened.close();
});

test("what a later generation replaces is void in every table of the entity, and only there", async () => {
  const label = (rows: string) =>
    `select id as label_id, name, 'a' as accession from (values ${rows}) t(id, name)`;
  const genre = (rows: string) =>
    `select no as artist_no, 1 as position, genre, 'a' as accession from (values ${rows}) t(no, genre)`;
  const identifier = (rows: string) =>
    `select 'catno' as scheme, value, null as raw, entity, id as entity_id, null as reason, 'a' as accession
     from (values ${rows}) t(value, entity, id)`;
  const write = (table: TableName, query: string, generation: number) =>
    writeSegments(database, { table, query, folder, generation });
  const segments = {
    label: [
      ...(await write("label", label("(1, 'one'), (2, 'two'), (3, 'three')"), 0)),
      ...(await write("label", label("(2, 'zwei'), (4, 'vier')"), 1)),
      ...(await write("label", label("(4, 'quatre')"), 2)),
    ],
    artist_genre: await write("artist_genre", genre("(1, 'rock'), (2, 'jazz')"), 0),
    identifier: await write(
      "identifier",
      identifier("('x', 'label', 1), ('y', 'label', 2), ('z', 'album', 2)"),
      0,
    ),
  };
  const replaced = [
    await writeReplaced(database, {
      query: "select entity, id, no from (values ('label', 2, null), ('artist', 77, 2)) t(entity, id, no)",
      folder,
      generation: 1,
    }),
    await writeReplaced(database, {
      query: "select 'label' as entity, unnest([3, 4]) as id, null as no",
      folder,
      generation: 2,
    }),
  ];
  const snapshot = snapshotOf(segments, replaced);
  expect(await rowsOf(snapshot, "select name from label order by label_id")).toEqual([
    ["one"],
    ["zwei"],
    ["quatre"],
  ]);
  expect(await rowsOf(snapshot, "select genre from segment_artist_genre")).toEqual([["rock"]]);
  expect(await rowsOf(snapshot, "select value from identifier order by value")).toEqual([["x"], ["z"]]);
});
