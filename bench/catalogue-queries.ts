// The ten queries of docs/catalogue.md in DuckDB and in ClickHouse over the same files, with their results compared:
// `tsx bench/catalogue-queries.ts ARCHIVE`, in a folder where `npm i --no-save chdb@3.4.0` was run. Ends with 1 when a result
// differs by more than a millionth of itself, which is what the order of floating-point sums may do.
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { currentSnapshot } from "../src/catalogue/index.ts";
import { Database, openArchive } from "../src/core/index.ts";
import { readResearchQueries } from "../test/research-queries.ts";

const TOLERANCE = 1e-6;
const sessionSchema = z.object({
  query: z.custom<(sql: string, format: string) => string>((value) => typeof value === "function"),
});
const chdbSchema = z.object({ Session: z.custom<new () => unknown>((value) => typeof value === "function") });

const [folder = "."] = process.argv.slice(2);
const snapshot = await currentSnapshot(await openArchive(folder));
const { duckdb, clickhouse, queries } = readResearchQueries(snapshot.folder);
const hasFiles = (sql: string): boolean =>
  snapshot.tables[tableSchema.parse(/view ([a-z_]+)/.exec(sql)?.[1])].segments.length > 0;
const tableSchema = z.enum(["track", "isrc", "album", "artist", "artist_genre", "label"]);

const database = await Database.open({ memoryLimit: "1GB" });
for (const sql of duckdb.filter(hasFiles)) await database.run(sql);
const { Session } = chdbSchema.parse(createRequire(join(process.cwd(), "bench.js"))("chdb"));
const made = new Session();
const query = (sql: string, format: string): string =>
  sessionSchema.parse(made).query.call(made, sql, format);
for (const sql of clickhouse.filter(hasFiles)) query(sql, "CSV");

console.log("query  DuckDB CPU s  ClickHouse CPU s  rows");
for (const [at, sql] of queries.entries()) {
  const before = process.cpuUsage();
  const rows = await database.rows(sql);
  const between = process.cpuUsage();
  const text = query(sql, "JSONCompactEachRow");
  const [ours, theirs] = [process.cpuUsage(before), process.cpuUsage(between)];
  const other = text.split("\n").filter((line) => line !== "");
  const isSame =
    rows.length === other.length &&
    rows.every((row, index) =>
      sameRow(Object.values(row), z.array(z.unknown()).parse(JSON.parse(other[index] ?? "[]"))),
    );
  const total = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6;
  const own = total(ours) - total(theirs);
  console.log(
    `${`${at + 1}`.padStart(5)}  ${own.toFixed(2).padStart(12)}  ${total(theirs).toFixed(2).padStart(16)}  ${rows.length} ${isSame ? "the same" : "DIFFERENT"}`,
  );
  if (!isSame) {
    console.log(rows.slice(0, 3), other.slice(0, 3));
    process.exitCode = 1;
  }
}
database.close();

function sameRow(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, at) => sameValue(value, b[at]));
}

function sameValue(a: unknown, b: unknown): boolean {
  const [left, right] = [Number(a), Number(b)];
  if (Number.isNaN(left) || Number.isNaN(right)) return String(a) === String(b);
  return Math.abs(left - right) <= TOLERANCE * Math.max(1, Math.abs(left));
}
