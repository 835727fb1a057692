/**
 * What a delta generation costs the queries of a catalogue, and what folding it in costs: the same queries over one
 * generation, over two of which the second changes one track in 64, and after `deadwax catalogue compact`.
 *
 *   npm run build && npx tsx bench/compaction.ts [--tracks 4000000 | --archive TWIN] [--runs 5] [--folder FOLDER]
 *
 * Without an archive a catalogue is made of plain numbered rows of the size of real ones. An archive is not changed: its
 * snapshot is linked into FOLDER, which has to be on the same disk. What is made is removed at the end.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  addSnapshotViews,
  currentSnapshot,
  describeTables,
  draftSnapshot,
  NOTHING_FLAGGED,
  openSnapshot,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
  type Snapshot,
  type SnapshotDescription,
  TABLE_NAMES,
  type TableName,
  writeReplaced,
  writeSegments,
} from "../src/catalogue/index.ts";
import { type Archive, Database, ensureFolder, initArchive, openArchive } from "../src/core/index.ts";
import { measure, median } from "./measure.ts";

const { values } = parseArgs({
  options: {
    tracks: { type: "string", default: "4000000" },
    archive: { type: "string" },
    runs: { type: "string", default: "5" },
    folder: { type: "string", default: tmpdir() },
  },
});
const tracks = Number(values.tracks);
const runs = Number(values.runs);

type Segments = { [table in TableName]?: readonly SegmentDescription[] };
const CHANGED = "hash(track_id) % 64 = 0";

/** The physical columns of each table of a made catalogue, from the view `numbered` (i). */
const ROWS: { readonly [table in TableName]?: string } = {
  track: `select hash(i) as track_id, 'Track ' || md5(i::varchar)[:12] as title, 'tag' as title_source,
    'Artist ' || i // 16 as artist_credit, [i // 16 + 1] as artist_nos, i // 5 + 1 as album_no, 1 as disc_no,
    i % 5 + 1 as track_no, 120000 + hash(i, 1) % 180000 as duration_ms, true as duration_exact, null as release_date,
    null as date_precision, if(hash(i, 2) % 10 < 7, 0, hash(i, 2) % 100) as popularity, hash(i, 2) % 100000 as plays,
    hash(i, 3) % 8 = 0 as explicit, null as language, hash(i, 4) % 180 as market_count, 10000000 + i // 2 as isrc,
    ${["danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"]
      .map((name, at) => `(hash(i, ${at + 5}) % 1000) / 1000 as ${name}`)
      .join(", ")},
    -(hash(i, 13) % 2000)::integer / 100 as loudness_db, (hash(i, 14) % 1800) / 10 as tempo_bpm, hash(i, 15) % 12 as key,
    hash(i, 16) % 2 as mode, 4 as time_signature, null as feature_tool, 'bench' as accession from numbered`,
  isrc: `select 10000000 + i // 2 as isrc, if(hash(i, 2) % 10 < 7, 0, hash(i, 2) % 100) as popularity,
    hash(i) as track_id, 'bench' as accession from numbered`,
  album: `select i + 1 as album_no, hash(i, 20) as album_id, 'Album ' || i as title, null as artist,
    (1970 + i % 55)::varchar as release_date, 'year' as date_precision, 5 as track_count, null as album_type,
    null as label_id, null as gtin, null as popularity, 'bench' as accession from range(${Math.ceil(tracks / 5)}) r(i)`,
  artist: `select i + 1 as artist_no, hash(i, 21) as artist_id, 'Artist ' || i as name, null as popularity,
    null as followers, 'bench' as accession from range(${Math.ceil(tracks / 16)}) r(i)`,
};

/** The rows of changed tracks, from the views of the snapshot that they are changed in. */
const CHANGED_ROWS: { readonly [table in TableName]?: string } = {
  track: `select * replace (title || ' (changed)' as title) from segment_track where ${CHANGED}`,
  isrc: `select * from segment_isrc where ${CHANGED}`,
  credit: `select * from segment_credit where ${CHANGED}`,
  identifier: `select * from segment_identifier where entity = 'track' and hash(entity_id) % 64 = 0`,
};

const QUERIES: readonly (readonly [name: string, sql: string])[] = [
  ["tracks by popularity", "select popularity, count(*) from segment_track group by all"],
  ["energy by key and mode", "select key, mode, avg(energy) from segment_track group by all"],
  [
    "tracks per ISRC",
    "select n, count(*) from (select count(*) as n from segment_isrc group by isrc) group by all",
  ],
  [
    "the ten most played with albums",
    "select t.title, a.title from segment_track t join segment_album a using (album_no) order by plays desc, track_id limit 10",
  ],
  ["one track by id", "select * from segment_track where track_id = (select track_id from probe)"],
  ["the tracks of one ISRC", "select track_id from segment_isrc where isrc = (select isrc from probe)"],
  [
    "the tracks of one album",
    "select title from segment_track where album_no = (select album_no from probe) order by track_no",
  ],
];

const folder = mkdtempSync(join(resolve(values.folder), "deadwax-compaction-"));
try {
  const archive = await makeArchive();
  const whole = values.archive === undefined ? await publishWhole(archive) : await currentSnapshot(archive);
  const before = await timeQueries(whole);
  const layered = await publishChange(archive, whole);
  const during = await timeQueries(layered);
  const cost = await measure(
    process.execPath,
    [resolve("dist/cli/main.js"), "catalogue", "compact", "--json"],
    {
      cwd: archive.layout.root,
    },
  );
  const compacted = await currentSnapshot(archive);
  const after = await timeQueries(compacted);

  const line = (...cells: string[]) =>
    `${(cells[0] ?? "").padEnd(36)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join("")}\n`;
  process.stdout.write(
    `node ${process.version}, ${whole.tables.track.rows} tracks, one in 64 changed, medians of ${runs} runs, CPU milliseconds\n\n`,
  );
  process.stdout.write(line("query", "one", "two", "compacted", "two/one", "compacted/one"));
  for (const [name] of QUERIES) {
    const [one = 0, two = 0, three = 0] = [before, during, after].map((times) => times.get(name));
    const ratios = [two / one, three / one].map((ratio) => ratio.toFixed(2));
    process.stdout.write(line(name, ...[one, two, three].map((ms) => ms.toFixed(1)), ...ratios));
  }
  process.stdout.write(
    `\ncompaction: ${cost.wallSeconds.toFixed(1)} s wall, ${cost.cpuSeconds.toFixed(1)} s CPU, peak ${(cost.peakTreeBytes / 2 ** 20).toFixed(0)} MiB\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function makeArchive(): Promise<Archive> {
  const root = join(folder, "archive");
  if (values.archive === undefined) return (await initArchive(root)).archive;
  // Files of a snapshot never change; CURRENT is replaced by rename.
  const { status } = spawnSync("cp", ["-al", resolve(values.archive), root], { stdio: "inherit" });
  if (status !== 0) throw new Error(`"${values.archive}" cannot be linked into "${folder}"`);
  return await openArchive(root);
}

async function publishWhole(archive: Archive): Promise<Snapshot> {
  const draft = await draftSnapshot(archive, "s-000000000001");
  const database = await openDatabase(archive);
  await database.run(`create view numbered as select i from range(${tracks}) r(i)`);
  const segments: Segments = {};
  for (const table of TABLE_NAMES) {
    const query = ROWS[table];
    if (query !== undefined) {
      segments[table] = await writeSegments(database, { table, query, folder: draft.folder, generation: 0 });
    }
  }
  database.close();
  return await draft.publish({ ...describe(draft.id), tables: describeTables(segments) });
}

/** Changes one track in 64 by a second generation. */
async function publishChange(archive: Archive, parent: Snapshot): Promise<Snapshot> {
  const draft = await draftSnapshot(archive, "s-000000000002");
  const database = await openDatabase(archive);
  await addSnapshotViews(database, parent);
  const segments: Segments = {};
  for (const table of TABLE_NAMES) {
    const own = parent.tables[table].segments;
    await draft.adopt(
      parent,
      own.map(({ file }) => file),
    );
    const query = CHANGED_ROWS[table];
    const options = { table, folder: draft.folder, generation: 1 };
    segments[table] = [
      ...own,
      ...(query === undefined ? [] : await writeSegments(database, { ...options, query })),
    ];
  }
  const query = `select 'track' as entity, track_id as id, null as no from segment_track where ${CHANGED}`;
  const replaced = [await writeReplaced(database, { query, folder: draft.folder, generation: 1 })];
  database.close();
  const rows = Object.fromEntries(TABLE_NAMES.map((table) => [table, parent.tables[table].rows]));
  const { folder: _, ...description } = parent;
  return await draft.publish({
    ...description,
    id: draft.id,
    parent: parent.id,
    tables: describeTables(segments, rows),
    replaced,
  });
}

async function openDatabase(archive: Archive): Promise<Database> {
  await ensureFolder(archive.layout.scratch);
  return await Database.open({ spillFolder: archive.layout.scratch, memoryLimit: "4GB" });
}

function describe(id: string): SnapshotDescription {
  return {
    format: SNAPSHOT_FORMAT,
    id,
    builder: "bench",
    program: "bench",
    created: "2026-01-01T00:00:00Z",
    parent: null,
    accessions: [],
    synthetic: { tracks, seed: 1 },
    nextAlbumNo: tracks,
    nextArtistNo: tracks,
    tables: describeTables({}),
    replaced: [],
    flagged: NOTHING_FLAGGED,
  };
}

async function timeQueries(snapshot: Snapshot): Promise<Map<string, number>> {
  const database = await openSnapshot(snapshot);
  await database.run(
    `create table probe as select track_id, isrc, album_no from segment_track
     where isrc is not null and album_no is not null and not ${CHANGED} order by track_id limit 1`,
  );
  const times = new Map<string, number>();
  for (const [name, sql] of QUERIES) {
    const samples: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      const start = process.cpuUsage();
      await database.rows(sql);
      const { user, system } = process.cpuUsage(start);
      if (run > 0) samples.push((user + system) / 1000);
    }
    times.set(name, median(samples));
  }
  database.close();
  return times;
}
