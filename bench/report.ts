// The figures of a report beside what else could compute them: `tsx bench/report.ts ARCHIVE [--runs 3] [--times 32] [--chdb] [--sqlite]
// [--only rows,scan]`. ARCHIVE holds a catalogue, for instance of `deadwax twin --tracks 8M --into ARCHIVE`. chdb and SQLite are not
// dependencies: get chdb with `npm i --no-save chdb@3.4.0`; SQLite is the one of python3. `--times` adds the statistics of each segment up
// that often, as for a catalogue so many times as large. Each figure is the median of the runs, its process measured from start to end;
// `start` is that of a process that does nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import {
  AGGREGATE_NAMES,
  AGGREGATES,
  aggregatesFromStatistics,
  currentSnapshot,
  openSnapshot,
  type SegmentDescription,
  TABLE_NAMES,
} from "../src/catalogue/index.ts";
import { Database, openArchive, silentReporter } from "../src/core/index.ts";
import { formatSize } from "../src/core/sizes.ts";
import { type FigureOrigin, makeReport, renderPage } from "../src/insight/index.ts";
import { type Cost, measure, medianCost } from "./measure.ts";
import { CLICKHOUSE_QUERIES, PORTABLE_QUERIES, SCANNED_COLUMNS } from "./report-queries.ts";

const chdbSchema = z.object({
  query: z.custom<(sql: string, format: string) => string>((value) => typeof value === "function"),
});

const LABELS: Readonly<Record<string, string>> = {
  start: "start",
  statistics: "figures: statistics",
  rows: "figures: all rows",
  page: "statistics and page",
  times: "statistics, --times",
  scan: "bare scan",
  chdb: "chdb, same figures",
};

const SQLITE_ROWS = 1_000_000;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "3" },
    chdb: { type: "boolean", default: false },
    sqlite: { type: "boolean", default: false },
    times: { type: "string", default: "32" },
    only: { type: "string" },
    child: { type: "string" },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error("give the folder of an archive with a catalogue");
const archive = await openArchive(folder);
const snapshot = await currentSnapshot(archive);

if (options.child === undefined) await compare();
else await runChild(options.child);

async function compare(): Promise<void> {
  const { track, isrc } = snapshot.tables;
  console.log(
    `${track.rows} tracks, ${isrc.rows} rows of ISRCs, ${track.segments.length} segments of tracks`,
  );
  console.log("                        wall s    CPU s   peak memory");
  const all = ["start", "statistics", "times", "rows", "page", "scan", ...(options.chdb ? ["chdb"] : [])];
  const kinds = options.only === undefined ? all : ["start", ...options.only.split(",")];
  const costs = new Map<string, Cost>();
  for (const kind of kinds) {
    const runs: Cost[] = [];
    for (let run = 0; run < Number(options.runs); run += 1) {
      runs.push(
        await measure("node", [
          "--import",
          import.meta.resolve("tsx"),
          fileURLToPath(import.meta.url),
          folder ?? "",
          "--times",
          options.times,
          "--child",
          kind,
        ]),
      );
    }
    const cost = medianCost(runs);
    costs.set(kind, cost);
    const [wall, cpu] = [cost.wallSeconds.toFixed(2), cost.cpuSeconds.toFixed(2)];
    console.log(
      `${LABELS[kind]?.padEnd(22)}${wall.padStart(8)} ${cpu.padStart(8)}   ${formatSize(cost.peakTreeBytes)}`,
    );
  }
  const net = (kind: string): number =>
    (costs.get(kind)?.cpuSeconds ?? 0) - (costs.get("start")?.cpuSeconds ?? 0);
  if (!costs.has("rows") || !costs.has("scan")) return;
  console.log(`rows / scan, CPU without start: ${(net("rows") / net("scan")).toFixed(2)}`);
  if (options.chdb) console.log(`rows / chdb, CPU without start: ${(net("rows") / net("chdb")).toFixed(2)}`);
  if (options.sqlite) await compareSqlite();
}

async function runChild(kind: string): Promise<void> {
  if (kind === "statistics" || kind === "rows") await report(kind);
  if (kind === "page") renderPage(await report("statistics"));
  if (kind === "times") await addManyTimes();
  if (kind === "scan") await scan();
  if (kind === "chdb") await runChdb();
}

function report(from: FigureOrigin) {
  return makeReport({ archive, from, reporter: silentReporter });
}

/** The page of the catalogue, and the statistics of one so many times as large. */
async function addManyTimes(): Promise<void> {
  renderPage(await report("statistics"));
  const tables = mapTables((segments) =>
    Array.from({ length: Number(options.times) }, () => segments).flat(),
  );
  const rows = await aggregatesFromStatistics({ ...snapshot, tables }, AGGREGATE_NAMES);
  if (!rows) throw new Error("the statistics do not add up");
}

function mapTables(map: (segments: readonly SegmentDescription[]) => readonly SegmentDescription[]) {
  const tables = { ...snapshot.tables };
  for (const table of TABLE_NAMES) {
    tables[table] = { ...tables[table], segments: [...map(tables[table].segments)] };
  }
  return tables;
}

/**
 * Every column that a figure reads, once, with the cheapest aggregate that has to look at each value: a bare minimum would
 * come from the statistics of the row groups.
 */
async function scan(): Promise<void> {
  const database = await openSnapshot(snapshot, { memoryLimit: "350MB" });
  for (const [table, columns] of Object.entries(SCANNED_COLUMNS)) {
    const described = await database.rows(`describe select ${columns.join(", ")} from segment_${table}`);
    const looked = columns.map((column, at) => {
      const type = String(described[at]?.column_type);
      if (type === "VARCHAR") return `max(strlen(${column}))`;
      return type === "BOOLEAN" ? `count(*) filter (${column})` : `max(${column} + 0)`;
    });
    await database.rows(`select ${looked.join(", ")} from segment_${table}`);
  }
  database.close();
}

async function runChdb(): Promise<void> {
  // From the folder where this runs: it need not be installed beside the project's own packages.
  const chdb = chdbSchema.parse(createRequire(join(process.cwd(), "bench.js"))("chdb"));
  for (const { table, sql } of CLICKHOUSE_QUERIES) {
    if (snapshot.tables[table].segments.length === 0) continue;
    const file = `file('${join(snapshot.folder, table)}/*.parquet', Parquet)`;
    chdb.query(`${sql.replace("TABLE", file)} settings max_threads = 2`, "CSV");
  }
}

/** The same figures as far as plain SQL has them, in both engines over the first million tracks. */
async function compareSqlite(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "deadwax-report-"));
  try {
    const database = await openSnapshot(snapshot, { memoryLimit: "1GB" });
    const names = SCANNED_COLUMNS.track.filter((column) => !column.includes("("));
    const query = `select ${names.join(", ")} from segment_track limit ${SQLITE_ROWS}`;
    await database.run(`copy (${query}) to '${join(scratch, "track.csv")}' (header true)`);
    await database.run(`copy (${query}) to '${join(scratch, "track.parquet")}' (format parquet)`);
    database.close();
    const script = fileURLToPath(new URL("./report-sqlite.py", import.meta.url));
    const python = spawnSync(
      "python3",
      [script, join(scratch, "track.csv"), JSON.stringify(PORTABLE_QUERIES)],
      {
        encoding: "utf8",
      },
    );
    if (python.status !== 0) throw new Error(python.stderr);
    console.log(`SQLite, ${SQLITE_ROWS} rows: ${python.stdout.trim()}`);
    const own = await Database.open({ memoryLimit: "350MB" });
    const started = process.cpuUsage();
    await own.run(`create view track as select * from read_parquet('${join(scratch, "track.parquet")}')`);
    for (const sql of PORTABLE_QUERIES) await own.rows(sql);
    const { user, system } = process.cpuUsage(started);
    own.close();
    console.log(`the same queries here: ${((user + system) / 1e6).toFixed(2)} CPU-s`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

// Every aggregate has a table that the scan reads too.
for (const { table } of Object.values(AGGREGATES)) {
  if (!Object.hasOwn(SCANNED_COLUMNS, table) && snapshot.tables[table].rows > 0)
    console.warn(`not scanned: ${table}`);
}
