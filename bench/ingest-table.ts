/**
 * How fast a CSV file goes in by a mapping, beside DuckDB's bare `read_csv` of the same file with given columns: into a
 * table in memory, into Parquet, and into Parquet with the columns of `tracks.parquet`, which is the floor: the same rows with
 * no id, no check and no releases. Each by two threads, as the database does it, and by one, which takes less CPU and more time.
 * Also with a bad row at the end, and with one row in a thousand bad.
 *
 *   npm run build && npx tsx bench/ingest-table.ts [--rows 1600000] [--runs 3]
 */
import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { initArchive, openArchive } from "../src/core/archive.ts";
import { Database, sqlText } from "../src/core/database.ts";
import { writeAccessionTable } from "../src/sources/accession/write-accession.ts";
import { FACT_TABLES } from "../src/sources/facts/fact-tables.ts";
import { listAccessions } from "../src/sources/index.ts";
import { type Cost, measure, medianCost } from "./measure.ts";

const TYPES = {
  id: "VARCHAR",
  title: "VARCHAR",
  artist: "VARCHAR",
  duration_ms: "BIGINT",
  isrc: "VARCHAR",
  album: "VARCHAR",
  released: "VARCHAR",
  explicit: "BOOLEAN",
  tempo: "DOUBLE",
  energy: "DOUBLE",
};
const FIELDS: Readonly<Record<string, object>> = {
  id: { field: "key" },
  title: { field: "title" },
  artist: { field: "artist" },
  duration_ms: { field: "duration", unit: "ms" },
  isrc: { field: "isrc" },
  album: { field: "release_title" },
  released: { field: "release_date" },
  explicit: { field: "explicit" },
  tempo: { field: "feature:tempo_bpm" },
  energy: { field: "feature:energy" },
};

/** What a row becomes, without ids, checks and trimming. */
const TRACK: Readonly<Record<string, string>> = {
  key: "id",
  status: "'track'",
  release_key: "album",
  title: "title",
  artist_credit: "artist",
  credits: "[{'name': artist, 'role': 'main', 'key': null}]",
  duration_ms: "duration_ms",
  isrcs: "[isrc]",
  identifiers: "[]",
  explicit: "explicit",
  genres: "[]",
  features: "[{'name': 'tempo_bpm', 'value': tempo}, {'name': 'energy', 'value': energy}]",
};

const LABELS = {
  "bare-table": "DuckDB read_csv into a table in memory",
  "bare-table-one": "the same, one thread",
  "bare-parquet": "DuckDB read_csv into Parquet",
  floor: "the same, with the columns of tracks",
  "floor-one": "the same, one thread",
  ours: "source add table",
  "ours-last": "the same, a bad row at the end",
  "ours-many": "the same, a row in a thousand bad",
} as const;
const DEADWAX = resolve("dist/cli/main.js");
const BAD = "x,a row,with too,few fields\n";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1600000" },
    runs: { type: "string", default: "3" },
    step: { type: "string" },
    folder: { type: "string" },
  },
});

if (values.step === undefined) await compare(Number(values.rows), Number(values.runs));
else await runStep(values.step, values.folder ?? "");

async function compare(rows: number, runs: number): Promise<void> {
  mkdirSync("work", { recursive: true });
  const folder = mkdtempSync(resolve("work/bench-table-"));
  try {
    await writeTable(join(folder, "t.csv"), rows);
    await writeDirty(join(folder, "t.csv"), join(folder, "many.csv"));
    const sizeBytes = statSync(join(folder, "t.csv")).size;
    writeFileSync(
      join(folder, "m.json"),
      JSON.stringify({
        format: "deadwax-mapping/1",
        reader: { kind: "csv", delimiter: "," },
        columns: FIELDS,
      }),
    );
    const steps = ["start", ...Object.keys(LABELS)];
    const costs = new Map<string, Cost[]>();
    for (let run = 0; run < runs; run += 1) {
      for (const step of steps) {
        const self = fileURLToPath(import.meta.url);
        const bare = ["--import", "tsx", self, "--step", step, "--folder", folder];
        const cost = step.startsWith("ours")
          ? await ours(step, folder)
          : await measure(process.execPath, bare);
        costs.set(step, [...(costs.get(step) ?? []), cost]);
      }
    }
    const cost = (step: string): Cost => medianCost(costs.get(step) ?? []);
    const isOurs = (step: string): boolean => step.startsWith("ours");
    const wall = (step: string): number =>
      cost(step).wallSeconds - (isOurs(step) ? 0 : cost("start").wallSeconds);
    const cpu = (step: string): number =>
      cost(step).cpuSeconds - (isOurs(step) ? 0 : cost("start").cpuSeconds);
    say(
      `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, node ${process.version}; ${rows} rows, ${(sizeBytes / 1e6).toFixed(0)} MB, medians of ${runs} runs, of the database the start of the process taken off (${cost("start").cpuSeconds.toFixed(2)} s of CPU); 1-minute load at the end ${(loadavg()[0] ?? 0).toFixed(1)}`,
    );
    for (const [step, name] of Object.entries(LABELS)) {
      const peak = (cost(step).peakTreeBytes / 2 ** 20).toFixed(0);
      const against = (from: string): string =>
        `${(wall(from) / wall(step)).toFixed(2)} wall ${(cpu(from) / cpu(step)).toFixed(2)} CPU`;
      say(
        `${name.padEnd(42)}${wall(step).toFixed(2).padStart(7)} s wall ${cpu(step).toFixed(2).padStart(6)} s CPU ${(rows / wall(step) / 1000).toFixed(0).padStart(6)} k rows/s  × table ${against("bare-table")}  × floor ${against("floor")}  peak ${peak} MiB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStep(step: string, folder: string): Promise<void> {
  if (step === "start") return;
  const file = join(folder, "t.csv");
  {
    const threads = step.endsWith("-one") ? 1 : 2;
    const database = await Database.open({ memoryLimit: "4GB", threads });
    const types = Object.entries(TYPES).map(([name, type]) => `${name}: ${sqlText(type)}`);
    const from = `read_csv(${sqlText(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types.join(", ")}})`;
    const columns = Object.entries<string>(FACT_TABLES.tracks).map(
      ([name, type]) => `(${TRACK[name] ?? "null"})::${type} as ${name}`,
    );
    const path = join(folder, "bare.parquet");
    if (step.startsWith("bare-table")) await database.run(`create table t as select * from ${from}`);
    else if (step === "bare-parquet") await database.writeParquet(`select * from ${from}`, path);
    else await writeAccessionTable(database, "tracks", `select ${columns.join(", ")} from ${from}`, path);
    database.close();
  }
}

/** The command as it is built, its start and end included. */
async function ours(step: string, folder: string): Promise<Cost> {
  const root = mkdtempSync(join(folder, "archive-"));
  await initArchive(root);
  const file = join(folder, step === "ours-many" ? "many.csv" : "t.csv");
  if (step === "ours-last") appendFileSync(file, BAD);
  try {
    const add = [DEADWAX, "--quiet", "--archive", root, "source", "add", "table", file];
    const rest = ["--map", join(folder, "m.json"), "--label", "bench"];
    // 3: some items were refused.
    const cost = await measure(process.execPath, [...add, ...rest], { accepted: [0, 3] });
    const [record] = (await listAccessions(await openArchive(root))).map(({ counts }) => counts);
    const isClean = record?.rejected === 0;
    if (isClean !== (step === "ours")) throw new Error(`${record?.rejected ?? "no"} rows were refused`);
    return cost;
  } finally {
    if (step === "ours-last") truncateBy(file, Buffer.byteLength(BAD));
    rmSync(root, { recursive: true, force: true });
  }
}

/** The same rows, and a bad one after every thousand. */
async function writeDirty(from: string, to: string): Promise<void> {
  async function* withBad(): AsyncGenerator<string> {
    let rows: string[] = [];
    for await (const row of createInterface({ input: createReadStream(from) })) {
      rows.push(`${row}\n`);
      if (rows.length < 1000) continue;
      yield `${rows.join("")}${BAD}`;
      rows = [];
    }
    yield rows.join("");
  }
  await pipeline(withBad, createWriteStream(to));
}

async function writeTable(file: string, rows: number): Promise<void> {
  const database = await Database.open();
  await database.run(`copy (
    select 'tr' || lpad(i::varchar, 10, '0') as id, 'Song of the ' || (hash(i) % 60000) || ' days and ' || (hash(i + 1) % 997) as title,
      'Artist ' || (hash(i // 9) % 400000) as artist, 120000 + hash(i * 3) % 240000 as duration_ms,
      'DKAAA' || lpad((i // 100000 % 100)::varchar, 2, '0') || lpad((i % 100000)::varchar, 5, '0') as isrc,
      'Album, the ' || (i // 9) as album, (1960 + hash(i // 9) % 65) || '-05-01' as released,
      case when hash(i) % 7 = 0 then 'true' else 'false' end as explicit, round(60 + (hash(i * 5) % 120000) / 1000, 3) as tempo,
      round((hash(i * 7) % 1000) / 1000, 3) as energy
    from range(${rows}) r(i)) to ${sqlText(file)} (format csv, header)`);
  database.close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function truncateBy(file: string, bytes: number): void {
  truncateSync(file, statSync(file).size - bytes);
}
