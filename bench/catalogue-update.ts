/**
 * What it takes to bring changed tracks into a large catalogue: a twin, an accession that changes one track in 64 of it
 * (or in so many as `--every` says), and `catalogue build` from the start of the process to the new current snapshot.
 *
 *   npm run build && npx tsx bench/catalogue-update.ts [--tracks 64M] [--every 64] [--change titles] [--steps] [--folder FOLDER] [--keep]
 *
 * `--change titles`: titles, credits and features change, ISRCs stay. `--change counts`: records of the same tracks are brought in
 * and compacted first; then only their plays, features and markets change, as in most harvests of a catalogue that is there.
 *
 * What is measured is the command line program as it is built. `--steps` runs the same code by tsx instead, which takes a second longer, and
 * tells what each step took.
 *
 * FOLDER has the archive `update-<tracks>`; it is made when it is not there, and removed at the end unless `--keep` is given.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildCatalogue, currentSnapshot, openSnapshot } from "../src/catalogue/index.ts";
import { type Archive, openArchive, silentReporter, systemClock } from "../src/core/index.ts";
import { draftAccession, writeAccessionTable } from "../src/sources/accession/write-accession.ts";
import { listAccessions } from "../src/sources/index.ts";
import { type Cost, measure, median } from "./measure.ts";

const { values } = parseArgs({
  options: {
    tracks: { type: "string", default: "64M" },
    folder: { type: "string", default: tmpdir() },
    keep: { type: "boolean", default: false },
    every: { type: "string", default: "64" },
    change: { type: "string", default: "titles" },
    steps: { type: "boolean", default: false },
    phases: { type: "string" },
  },
});
const root = join(resolve(values.folder), `update-${values.tracks}`);
const cli = resolve("dist/cli/main.js");

async function compare(): Promise<void> {
  try {
    if (!existsSync(root)) await measure("node", [cli, "twin", "--tracks", values.tracks, "--into", root]);
    const archive = await openArchive(root);
    const before = await queryTimes(archive);
    if (values.change === "counts") {
      await addChanges(archive, FIRST);
      await buildCatalogue({ archive, reporter: silentReporter });
      await measure("node", [cli, "--archive", root, "catalogue", "compact"]);
    }
    const rows = await addChanges(archive, values.change === "counts" ? COUNTS : TITLES);
    const cost = values.steps
      ? await measureSteps()
      : await measure("node", [cli, "--archive", root, "catalogue", "build"]);
    print("incremental", String((await currentSnapshot(archive)).replaced.length > 0));
    print("changed tracks", rows);
    print("build, s of wall clock (limit 10)", cost.wallSeconds.toFixed(2));
    print("build, s of CPU", cost.cpuSeconds.toFixed(2));
    print("build, peak memory MiB", (cost.peakTreeBytes / 2 ** 20).toFixed(0));
    const between = await queryTimes(archive);
    const compaction = await measure("node", [cli, "--archive", root, "catalogue", "compact"]);
    print("compaction, s of wall clock", compaction.wallSeconds.toFixed(2));
    print("compaction, peak memory MiB", (compaction.peakTreeBytes / 2 ** 20).toFixed(0));
    const after = await queryTimes(archive);
    for (const [name, seconds] of Object.entries(before)) {
      const figures = [seconds, between[name] ?? Number.NaN, after[name] ?? Number.NaN];
      print(
        `${name}, s of CPU before, with a delta, compacted`,
        figures.map((figure) => figure.toFixed(3)).join("  "),
      );
      print(`${name}, compacted : before (limit 1.2)`, ((after[name] ?? Number.NaN) / seconds).toFixed(2));
    }
  } finally {
    if (!values.keep) rmSync(root, { recursive: true, force: true });
  }
}

async function measureSteps(): Promise<Cost> {
  const phases = join(root, "scratch-phases.json");
  const args = ["tsx", "bench/catalogue-update.ts", "--tracks", values.tracks, "--folder", values.folder];
  const cost = await measure("npx", [...args, "--phases", phases]);
  process.stdout.write(`${readFileSync(phases, "utf8")}\n`);
  rmSync(phases);
  return cost;
}

/** In a process of its own: builds, and writes how long each step took, as it goes. */
async function buildAndTell(file: string): Promise<void> {
  let last = performance.now();
  let cpu = process.cpuUsage();
  const tell = (what: string): void => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    appendFileSync(
      file,
      `  ${what}, s of wall clock and CPU\t${seconds(now - last)}  ${seconds((user + system) / 1000)}\n`,
    );
    last = now;
    cpu = process.cpuUsage();
  };
  const progress = {
    advance: (_: number, what = ""): void => tell(what),
    setTotal(): void {},
    finish(): void {},
  };
  const archive = await openArchive(root);
  await buildCatalogue({ archive, reporter: { ...silentReporter, progress: () => progress } });
  tell("publishing");
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

/** An accession of the twin's own source that says something new of one track in so many. */
async function addChanges(archive: Archive, query: string): Promise<number> {
  const accessions = await listAccessions(archive);
  const [twin] = accessions;
  if (!twin) throw new Error("the archive has no twin");
  const draft = await draftAccession(archive, systemClock, undefined);
  const database = await openSnapshot(await currentSnapshot(archive), {
    spillFolder: archive.layout.scratch,
  });
  try {
    await writeAccessionTable(database, "tracks", query, join(draft.folder, "tracks.parquet"));
    const [counted] = await database.rows(
      `select count(*)::integer as rows from segment_track where track_id % ${values.every} = 7`,
    );
    const rows = Number(counted?.rows);
    const counts = {
      seen: rows,
      added: 0,
      changed: rows,
      unchanged: 0,
      gone: 0,
      audio: 0,
      rejected: 0,
      documents: 0,
    };
    await draft.publish(
      {
        source: twin.source,
        note: "made for a measurement",
        licence: null,
        previous: accessions.at(-1)?.id ?? twin.id,
        input: null,
        counts,
        started: systemClock.now(),
      },
      { tracks: rows },
    );
    return rows;
  } finally {
    database.close();
    await draft.discard();
  }
}

const FEATURES = [
  "danceability",
  "energy",
  "loudness_db",
  "speechiness",
  "acousticness",
  "valence",
  "tempo_bpm",
  "key",
  "mode",
];
/** What records say of one track in so many: another title, or what is known of it with other counts. */
const changes = ({
  title = "t.title",
  credit,
  plays,
  markets = "t.market_count",
}: {
  readonly title?: string;
  readonly credit: string;
  readonly plays: string;
  readonly markets?: string;
}): string => `
  select
    t.track_id, t.track_id::varchar as key, 'track' as status, null::varchar as release_key, t.disc_no::integer as disc_no,
    t.track_no::integer as track_no, ${title} as title, ${credit} as artist_credit,
    [{'name': ${credit}, 'role': 'main', 'key': null::varchar}] as credits, t.duration_ms::bigint as duration_ms,
    case when t.isrc is null then [] else [isrc_text(t.isrc)] end as isrcs,
    []::struct(scheme varchar, value varchar)[] as identifiers, null::varchar as release_date, t.explicit,
    null::varchar as language, []::varchar[] as genres, (${markets})::integer as market_count, ${plays}::bigint as plays,
    [${FEATURES.map((name) => `{'name': '${name}', 'value': t.${name}::double}`).join(", ")}] as features,
    null::varchar as licence, null::varchar as url
  from segment_track t join segment_artist a on a.artist_no = t.artist_nos[1]
  where t.track_id % ${values.every} = 7`;

/** The first records of tracks that have none; those that give them other titles; and those that say the same with other counts. */
const FIRST = changes({ credit: "a.name", plays: "null" });
const TITLES = changes({ title: "t.title || ' (Remastered)'", credit: "a.name", plays: "null" });
const COUNTS = changes({ credit: "t.artist_credit", plays: "1", markets: "t.market_count + 1" });

const QUERIES = {
  "tracks by popularity": "select popularity, count(*) from segment_track group by 1",
  "explicit and length": "select explicit, avg(duration_ms), count(*) from segment_track group by 1",
  "distinct ISRCs": "select count(distinct isrc) from segment_isrc",
  "albums by year": "select release_date[:4], sum(track_count) from segment_album group by 1",
};

async function queryTimes(archive: Archive): Promise<Record<string, number>> {
  const database = await openSnapshot(await currentSnapshot(archive), {
    spillFolder: archive.layout.scratch,
  });
  const times: Record<string, number> = {};
  try {
    for (const [name, sql] of Object.entries(QUERIES)) {
      const runs: number[] = [];
      for (let run = 0; run < 3; run++) {
        const before = process.cpuUsage();
        await database.rows(sql);
        const { user, system } = process.cpuUsage(before);
        runs.push((user + system) / 1e6);
      }
      times[name] = median(runs);
    }
  } finally {
    database.close();
  }
  return times;
}

function print(name: string, value: string | number): void {
  process.stdout.write(`${name}\t${value}\n`);
}

if (values.phases === undefined) await compare();
else await buildAndTell(values.phases);
