// What is tallied here beside its own SQL, over the same rows in one run: `tsx bench/tally.ts ARCHIVE [--runs 3]`. CPU seconds of
// this process, medians; the results are compared to the last digit. The limit is a bare scan of the same columns.
import { parseArgs } from "node:util";
import { runAggregate } from "../src/catalogue/aggregates/aggregate-rows.ts";
import { TALLIES } from "../src/catalogue/aggregates/tallies.ts";
import { runTally } from "../src/catalogue/aggregates/tally.ts";
import { aggregateDefinition, currentSnapshot, mergeRows, openSnapshot } from "../src/catalogue/index.ts";
import { openArchive } from "../src/core/index.ts";
import { median } from "./measure.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "3" } },
});
const [folder = "."] = positionals;
const snapshot = await currentSnapshot(await openArchive(folder));
const database = await openSnapshot(snapshot, {
  memoryLimit: "350MB",
  spillFolder: `${folder}/.scratch/bench`,
});

console.log("                                   tally CPU s   SQL CPU s   bare scan CPU s");
for (const tally of TALLIES) {
  const [first] = tally.names;
  if (first === undefined) continue;
  const { table, bySegment } = aggregateDefinition(first);
  // Runs need the order of a segment, and ends of segments are told apart: one segment serves for these.
  const source =
    bySegment === true
      ? `select * from read_parquet('${snapshot.folder}/${snapshot.tables[table].segments[0]?.file}')`
      : `select * from segment_${table}`;
  const costs: { tally: number[]; sql: number[]; scan: number[] } = { tally: [], sql: [], scan: [] };
  for (let run = 0; run < Number(options.runs); run += 1) {
    const [tallied, tallySeconds] = await timed(() => runTally(database, tally, source));
    const [asked, sqlSeconds] = await timed(async () => {
      const all = [];
      for (const name of tally.names) all.push(await runAggregate(database, name, source));
      return all;
    });
    const [, scanSeconds] = await timed(() =>
      database.rows(`select ${tally.columns.map((column) => `sum(${column})`)} from (${source})`),
    );
    costs.tally.push(tallySeconds);
    costs.sql.push(sqlSeconds);
    costs.scan.push(scanSeconds);
    const isSame = tally.names.every(
      (name, at) => text(mergeRows([tallied.get(name) ?? []])) === text(asked[at]),
    );
    if (!isSame) throw new Error(`${tally.names.join(", ")}: the results differ`);
  }
  const column = (values: readonly number[], width: number): string =>
    median(values).toFixed(2).padStart(width);
  console.log(
    `${tally.names.join(", ").padEnd(34)}${column(costs.tally, 12)}${column(costs.sql, 12)}${column(costs.scan, 18)}`,
  );
}
database.close();

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

function text(rows: unknown): string {
  return JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? value.toString() : value));
}
