/**
 * How fast a synthetic catalogue is made, what memory that takes, and what each table and column weighs, beside the
 * limit: a bare COPY of the same rows, read back from their own files, with the same codec and row groups.
 *
 *   npx tsx bench/twin.ts [--tracks 1M] [--runs 3] [--keep ARCHIVE] [--folder FOLDER]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { currentSnapshot, type Snapshot } from "../src/catalogue/store/snapshot-store.ts";
import { ROW_GROUP_ROWS } from "../src/catalogue/store/tables.ts";
import { TWIN_TABLES } from "../src/catalogue/twin/plan-twin.ts";
import { openArchive } from "../src/core/archive.ts";
import { Database, sqlTextList } from "../src/core/database.ts";
import { type Cost, measure, medianCost } from "./measure.ts";

const { values } = parseArgs({
  options: {
    tracks: { type: "string", default: "1M" },
    runs: { type: "string", default: "3" },
    keep: { type: "string" },
    folder: { type: "string", default: tmpdir() },
  },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(values.folder, "deadwax-bench-twin-"));
try {
  const made = await measureTwins([]);
  const bare = await measureTwins(["--no-statistics"]);
  const archive = values.keep ?? join(folder, "0");
  const snapshot = await currentSnapshot(await openArchive(resolve(archive)));
  const tracks = snapshot.tables.track.rows;
  const copied = await copyRows(snapshot);
  print(
    `${cpus()[0]?.model ?? "unknown processor"}, node ${process.version}, ${tracks} tracks, medians of ${runs} runs`,
  );
  print("                                     tracks/s   CPU-s/M tracks   peak MiB");
  row("twin, with hashes and statistics", made, tracks);
  row("twin, with hashes only", bare, tracks);
  row("limit: bare COPY of the same rows", copied, tracks);
  await printSizes(snapshot, tracks);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The cost of making a twin, the start of the program included. */
async function measureTwins(flags: readonly string[]): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    const into = join(folder, flags.length > 0 ? `flags-${run}` : String(run));
    const program = [
      "--import",
      "tsx",
      "src/cli/main.ts",
      "twin",
      "--tracks",
      values.tracks,
      "--into",
      into,
      "--quiet",
    ];
    costs.push(await measure(process.execPath, [...program, ...flags]));
    if (run > 0 || flags.length > 0) rmSync(into, { recursive: true, force: true });
  }
  return medianCost(costs);
}

async function copyRows(snapshot: Snapshot): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    const database = await Database.open({ threads: 2, memoryLimit: "2GB" });
    const before = process.cpuUsage();
    const start = process.hrtime.bigint();
    let peakTreeBytes = 0;
    for (const table of TWIN_TABLES) {
      for (const { file } of snapshot.tables[table].segments) {
        const from = `read_parquet(${sqlTextList([join(snapshot.folder, file)])}, hive_partitioning = false)`;
        await database.writeParquet(
          `select * from ${from}`,
          join(folder, "copy.parquet"),
          {},
          { rowGroupRows: ROW_GROUP_ROWS },
        );
        peakTreeBytes = Math.max(peakTreeBytes, process.memoryUsage().rss);
      }
    }
    const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { user, system } = process.cpuUsage(before);
    database.close();
    costs.push({ wallSeconds, cpuSeconds: (user + system) / 1e6, peakTreeBytes });
  }
  return medianCost(costs);
}

async function printSizes(snapshot: Snapshot, tracks: number): Promise<void> {
  print("\nbytes a row, and a track");
  const database = await Database.open();
  let identified = 0;
  for (const table of TWIN_TABLES) {
    const { rows, sizeBytes, segments } = snapshot.tables[table];
    if (["track", "isrc", "identifier"].includes(table)) identified += sizeBytes;
    print(
      `${table.padEnd(34)} ${(sizeBytes / rows).toFixed(2).padStart(8)} ${(sizeBytes / tracks).toFixed(2).padStart(8)}`,
    );
    const columns = await database.rows(
      `select path_in_schema as name, sum(total_compressed_size)::double as bytes
       from parquet_metadata(${sqlTextList(segments.map(({ file }) => join(snapshot.folder, file)))})
       group by name order by bytes desc`,
    );
    for (const { name, bytes } of columns) {
      const each = Number(bytes);
      if (each / rows >= 0.01)
        print(
          `  ${String(name).padEnd(32)} ${(each / rows).toFixed(2).padStart(8)} ${(each / tracks).toFixed(2).padStart(8)}`,
        );
      if (String(name).startsWith("artist_nos")) {
        const [credits] = await database.rows(
          `select sum(len(artist_nos))::double as credits from read_parquet(${sqlTextList(segments.map(({ file }) => join(snapshot.folder, file)))})`,
        );
        print(
          `  a credit (artist_nos)             ${(each / Number(credits?.credits)).toFixed(2).padStart(8)}   target 4.2`,
        );
      }
    }
  }
  database.close();
  print(
    `track + isrc + identifier           ${(identified / tracks).toFixed(2).padStart(8)} a track, target 50`,
  );
}

function row(label: string, { wallSeconds, cpuSeconds, peakTreeBytes }: Cost, tracks: number): void {
  const cells = [
    Math.round(tracks / wallSeconds),
    ((cpuSeconds / tracks) * 1e6).toFixed(2),
    Math.round(peakTreeBytes / 2 ** 20),
  ];
  print(`${label.padEnd(34)} ${cells.map((cell) => String(cell).padStart(12)).join(" ")}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
