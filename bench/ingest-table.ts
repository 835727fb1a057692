/**
 * How fast a CSV file goes in by a mapping, beside DuckDB's bare `read_csv` of the same file with given columns: into a
 * table in memory, and into Parquet as accessions have it. Also with one bad row, which sends one batch the careful way.
 *
 *   npx tsx bench/ingest-table.ts [--rows 4000000] [--runs 3]
 */
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { initArchive } from "../src/core/archive.ts";
import { Database, sqlText } from "../src/core/database.ts";
import { silentReporter } from "../src/core/reporter.ts";
import { addTableSource } from "../src/sources/index.ts";
import { measure, medianCost } from "./measure.ts";

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

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "4000000" },
    runs: { type: "string", default: "3" },
    step: { type: "string" },
    folder: { type: "string" },
  },
});

if (values.step === undefined) await compare(Number(values.rows), Number(values.runs));
else await runStep(values.step, values.folder ?? "");

async function compare(rows: number, runs: number): Promise<void> {
  const folder = mkdtempSync(join(process.cwd(), "work-bench-table-"));
  try {
    await writeTable(join(folder, "t.csv"), rows);
    const sizeBytes = statSync(join(folder, "t.csv")).size;
    writeFileSync(
      join(folder, "m.json"),
      JSON.stringify({
        format: "deadwax-mapping/1",
        reader: { kind: "csv", delimiter: "," },
        columns: FIELDS,
      }),
    );
    const steps = ["start", "bare-table", "bare-parquet", "ours", "ours-dirty"] as const;
    const costs = new Map<string, Awaited<ReturnType<typeof measure>>[]>();
    for (let run = 0; run < runs; run += 1) {
      for (const step of steps) {
        const self = fileURLToPath(import.meta.url);
        const cost = await measure("npx", ["tsx", self, "--step", step, "--folder", folder]);
        costs.set(step, [...(costs.get(step) ?? []), cost]);
      }
    }
    const cost = (step: string): Awaited<ReturnType<typeof measure>> => medianCost(costs.get(step) ?? []);
    const wall = (step: string): number => cost(step).wallSeconds - cost("start").wallSeconds;
    const cpu = (step: string): number => cost(step).cpuSeconds - cost("start").cpuSeconds;
    say(
      `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, node ${process.version}; ${rows} rows, ${(sizeBytes / 1e6).toFixed(0)} MB, medians of ${runs} runs, the start of the process taken off (${cost("start").cpuSeconds.toFixed(2)} s of CPU); 1-minute load at the end ${(loadavg()[0] ?? 0).toFixed(1)}`,
    );
    const label = {
      "bare-table": "DuckDB read_csv into a table in memory",
      "bare-parquet": "DuckDB read_csv into Parquet (limit)",
      ours: "source add table",
      "ours-dirty": "the same, one bad row at the end",
    };
    for (const [step, name] of Object.entries(label)) {
      const peak = (cost(step).peakTreeBytes / 2 ** 20).toFixed(0);
      const against = (from: string): string =>
        `${(wall(from) / wall(step)).toFixed(2)} wall ${(cpu(from) / cpu(step)).toFixed(2)} CPU`;
      say(
        `${name.padEnd(42)}${wall(step).toFixed(2).padStart(7)} s wall ${cpu(step).toFixed(2).padStart(6)} s CPU ${(rows / wall(step) / 1000).toFixed(0).padStart(6)} k rows/s  × table ${against("bare-table")}  × Parquet ${against("bare-parquet")}  peak ${peak} MiB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStep(step: string, folder: string): Promise<void> {
  const file = join(folder, "t.csv");
  if (step === "start") return;
  if (step.startsWith("bare")) {
    const database = await Database.open({ memoryLimit: "4GB" });
    const types = Object.entries(TYPES).map(([name, type]) => `${name}: ${sqlText(type)}`);
    const query = `select * from read_csv(${sqlText(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types.join(", ")}})`;
    if (step === "bare-table") await database.run(`create table t as ${query}`);
    else await database.writeParquet(query, join(folder, "bare.parquet"));
    database.close();
    return;
  }
  const root = mkdtempSync(join(folder, "archive-"));
  const { archive } = await initArchive(root);
  const bad = "x,a row,with too,few fields\n";
  if (step === "ours-dirty") appendFileSync(file, bad);
  try {
    const summary = await addTableSource({
      archive,
      reporter: silentReporter,
      file,
      mapping: join(folder, "m.json"),
      label: "bench",
    });
    if (summary.rejected !== (step === "ours-dirty" ? 1 : 0))
      throw new Error(`${summary.rejected} rows were refused`);
  } finally {
    if (step === "ours-dirty") truncateBy(file, Buffer.byteLength(bad));
    rmSync(root, { recursive: true, force: true });
  }
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
