// A plan over a whole catalogue beside its limits: a bare scan of the columns that it reads, and a bare write of what it
// writes. Usage: npx tsx bench/plan.ts ARCHIVE BUDGET [listens|published …]; writes below the archive's scratch folder only.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { currentSnapshot } from "../src/catalogue/index.ts";
import {
  Database,
  openArchive,
  parseSize,
  policySchema,
  silentReporter,
  sqlText,
  sqlTextList,
} from "../src/core/index.ts";
import { DISPOSITIONS, GATE_SIDES, REASON_NAMES } from "../src/selection/disposition.ts";
import { chooseWithin, countSteps } from "../src/selection/engine/decide-tracks.ts";
import { openPlanningCatalogue } from "../src/selection/engine/planning-catalogue.ts";
import { type WrittenDispositions, writeDispositions } from "../src/selection/engine/write-dispositions.ts";
import { planningPolicy } from "../src/selection/planning-policy.ts";

const [root = ".", budgetText = "1TB", ...rules] = process.argv.slice(2);
const archive = await openArchive(root);
const snapshot = await currentSnapshot(archive);
const budgetBytes = parseSize(budgetText);
const tracks = snapshot.tables.track.rows;
const scratch = join(archive.layout.scratch, "bench-plan");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
console.log(`${tracks.toLocaleString("en")} tracks, budget ${budgetText}`);
try {
  for (const rule of rules.length > 0 ? rules : ["listens", "published"]) await benchRule(rule);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function benchRule(rule: string): Promise<void> {
  const policy = planningPolicy(policySchema.parse({ selection: { rule } }), snapshot);
  const folder = join(scratch, rule);
  mkdirSync(folder);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const catalogue = await openPlanningCatalogue(snapshot, { spillFolder: join(scratch, "spill") });
  const gates = "select 0::ubigint as track_id, false as disseminate, false as derive where false";
  try {
    const counted = await timed("duplicates and curve", () =>
      countSteps(catalogue, policy, { reporter: silentReporter, gates, tracks }),
    );
    const choice = await timed("threshold", () => chooseWithin(counted, budgetBytes));
    const written = await timed("dispositions written", () =>
      writeDispositions(counted.session, choice.threshold, { folder, hasBudget: true }),
    );
    const wallSeconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const { kept, bound, whole } = choice.value;
    console.log(
      `rule ${rule}: ${wallSeconds.toFixed(1)} s wall, ${((user + system) / 1e6).toFixed(1)} s CPU, ${rate(wallSeconds)}`,
    );
    console.log(`  peak memory so far ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
    console.log(
      `  keeps ${((100 * kept) / whole).toFixed(4)} % of expected listens in ${choice.shards.bytes} of ${budgetBytes} bytes`,
    );
    if (bound !== null) console.log(`  ${(100 * (1 - kept / bound)).toExponential(2)} % below the LP bound`);
    const bytes = written.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    console.log(`  ${(bytes / tracks).toFixed(2)} bytes a track written`);
    await benchLimit(folder, written);
  } finally {
    catalogue.database.close();
  }
}

/** The database alone: it reads the columns, and writes the decisions out of a table in memory. */
async function benchLimit(folder: string, written: WrittenDispositions): Promise<void> {
  const database = await Database.open({ memoryLimit: "3GB" });
  try {
    const files = snapshot.tables.track.segments.map(({ file }) => join(snapshot.folder, file));
    const scan = await seconds(() =>
      database.rows(
        `select max(track_id + 0), max(popularity + 0), max(plays + 0), max(duration_ms + 0) from read_parquet(${sqlTextList(files)}, hive_partitioning = false)`,
      ),
    );
    const write = { wall: 0, cpu: 0 };
    const enumOf = (words: readonly string[]): string => `enum (${words.map(sqlText).join(", ")})`;
    for (const { file } of written.files) {
      // As the plan writes them: words as places in a list.
      await database.run(
        `create or replace table output as select * replace (
           disposition::${enumOf(DISPOSITIONS)} as disposition, reason::${enumOf(REASON_NAMES)} as reason, gate::${enumOf(GATE_SIDES)} as gate
         ) from read_parquet(${sqlText(join(folder, file))}, hive_partitioning = false)`,
      );
      const one = await seconds(() => database.writeParquet("from output", join(folder, "bare.parquet")));
      write.wall += one.wall;
      write.cpu += one.cpu;
    }
    const cpu = scan.cpu + write.cpu;
    console.log(
      `  limit: bare scan ${scan.wall.toFixed(1)} s, bare write ${write.wall.toFixed(1)} s; together ${cpu.toFixed(1)} s CPU, ${rate(scan.wall + write.wall)}`,
    );
  } finally {
    database.close();
  }
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { wall, cpu, result } = await seconds(work);
  console.log(`  ${name}: ${wall.toFixed(1)} s wall, ${cpu.toFixed(1)} s CPU`);
  return result;
}

async function seconds<T>(
  work: () => Promise<T>,
): Promise<{ readonly wall: number; readonly cpu: number; readonly result: T }> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - begin) / 1000, cpu: (user + system) / 1e6, result };
}

function rate(wallSeconds: number): string {
  return `${Math.round(tracks / wallSeconds / 1000).toLocaleString("en")} k tracks/s`;
}
