/**
 * What it costs to take JSON of MusicBrainz and the CSV of FMA in, beside what DuckDB's bare readers cost for the same files with
 * the same columns given: parsed into a table, and parsed and written to Parquet as it stands. The files are made up.
 *
 *   npm run build && npx tsx bench/ingest.ts [--megabytes 500] [--runs 3] [--folder work/bench]
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { sqlColumns } from "../src/sources/lines/shape.ts";
import { RELEASE_FIELDS } from "../src/sources/musicbrainz/documents.ts";
import { lines, releaseDocument } from "../src/sources/musicbrainz/testing/documents.ts";
import { type Cost, measure, medianCost } from "./measure.ts";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "500" },
    runs: { type: "string", default: "3" },
    folder: { type: "string", default: "work/bench" },
  },
});
const bytes = Number(values.megabytes) * 1e6;
const runs = Number(values.runs);
const work = resolve(values.folder);
const DEADWAX = resolve("dist/cli/main.js");
const RELEASES = join(work, "release");
const FMA = join(work, "fma");
mkdirSync(FMA, { recursive: true });

/** Columns of `tracks.csv` of FMA that are not read; two of them are long. */
const UNREAD = ["album.information", "artist.bio", "set.split", "set.subset"];

/** `tracks.csv` of FMA: the columns that are read, and those that are not. */
const FMA_COLUMNS: readonly (readonly [group: string, name: string])[] = [
  ["album", "date_released"],
  ["album", "id"],
  ["album", "information"],
  ["album", "title"],
  ["album", "type"],
  ["artist", "bio"],
  ["artist", "id"],
  ["artist", "name"],
  ["set", "split"],
  ["set", "subset"],
  ["track", "composer"],
  ["track", "duration"],
  ["track", "genres"],
  ["track", "language_code"],
  ["track", "license"],
  ["track", "listens"],
  ["track", "lyricist"],
  ["track", "number"],
  ["track", "title"],
];

await makeFiles();
const json = `read_ndjson('${RELEASES}', columns = ${sqlColumns(RELEASE_FIELDS)})`;
const csvColumns = ["track_id", ...FMA_COLUMNS.map(([group, name]) => `${group}.${name}`)];
const csv = `read_csv('${join(FMA, "tracks.csv")}', columns = {${csvColumns.map((name) => `'${name}': 'VARCHAR'`).join(", ")}}, header = false, skip = 3, auto_detect = false, quote = '"', escape = '"')`;
const everything = csvColumns.map((name) => `"${name}"`);
const wanted = csvColumns.filter((name) => !UNREAD.includes(name)).map((name) => `"${name}"`);
const costs = new Map<string, Cost[]>();
for (let run = 0; run < runs; run += 1) {
  for (const [kind, from, columns] of [
    ["json", json, "*"],
    ["csv", csv, wanted.join(", ")],
  ] as const) {
    await note(`${kind}: bare reader, into a table`, () =>
      bare(`create table t as select ${columns} from ${from}`),
    );
    await note(`${kind}: the same, one thread`, () =>
      bare(`create table t as select ${columns} from ${from}`, 1),
    );
    if (kind === "csv") {
      await note("csv: bare reader, all columns", () =>
        bare(`create table t as select ${everything.join(", ")} from ${from}`),
      );
    }
    await note(`${kind}: bare reader, to Parquet`, () =>
      bare(
        `copy (select ${columns} from ${from}) to '${join(work, "bare.parquet")}' (format parquet, compression zstd)`,
      ),
    );
    await note(`${kind}: source add`, () =>
      kind === "json" ? add("musicbrainz", RELEASES) : add("fma", FMA),
    );
  }
}
rmSync(join(work, "bare.parquet"), { force: true });
print();

async function makeFiles(): Promise<void> {
  if (!existsSync(RELEASES)) {
    await write(RELEASES, (number) => lines([releaseDocument(number, { tracks: 1 + ((number * 7) % 19) })]));
  }
  const tracks = join(FMA, "tracks.csv");
  if (!existsSync(tracks)) {
    const heads = [
      ["", ...FMA_COLUMNS.map(([group]) => group)],
      ["", ...FMA_COLUMNS.map(([, name]) => name)],
      ["track_id", ...FMA_COLUMNS.map(() => "")],
    ];
    const head = heads.map((line) => `${line.join(",")}\n`).join("");
    await write(tracks, (number) => `${number === 0 ? head : ""}${csvLine(number)}`, bytes / 2);
  }
}

function csvLine(number: number): string {
  const album = Math.floor(number / 9);
  const long = `"<p>About ${album}, ""quoted"",\nand on.</p>${"lorem ipsum ".repeat(40 + (number % 50))}"`;
  const first = `${number + 1},2015-03-0${(album % 9) + 1} 00:00:00,${album + 1},${long},Album ${album},Album`;
  const artist = `"<p>Life of ${album % 5000}</p>",${(album % 5000) + 1},Artist ${album % 5000},training,large`;
  return `${first},${artist},,${120 + (number % 300)},"[${number % 160}, 21]",en,Attribution,${number % 9999},,${number % 9},Title ${number}\n`;
}

async function write(file: string, textOf: (number: number) => string, sizeBytes = bytes): Promise<void> {
  const stream = createWriteStream(file);
  for (let number = 0, written = 0; written < sizeBytes; ) {
    let text = "";
    for (let count = 0; count < 1000; count += 1, number += 1) text += textOf(number);
    written += Buffer.byteLength(text);
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await finished(stream);
}

function bare(sql: string, threads = 2): Promise<Cost> {
  const code = `
    import { DuckDBInstance } from "@duckdb/node-api";
    const instance = await DuckDBInstance.create(":memory:", { threads: "${threads}" });
    const connection = await instance.connect();
    await connection.run(${JSON.stringify(sql)});`;
  return measure(process.execPath, ["--input-type=module", "-e", code]);
}

async function add(kind: "musicbrainz" | "fma", file: string): Promise<Cost> {
  const archive = join(work, "archive");
  rmSync(archive, { recursive: true, force: true });
  const { status, stderr } = spawnSync(process.execPath, [DEADWAX, "--quiet", "init", archive]);
  if (status !== 0) throw new Error(stderr.toString());
  const cost = await measure(process.execPath, [
    DEADWAX,
    "--quiet",
    "--archive",
    archive,
    "source",
    "add",
    kind,
    file,
  ]);
  if (readdirSync(join(archive, "sources")).length !== 1) throw new Error("nothing was taken in");
  rmSync(archive, { recursive: true, force: true });
  return cost;
}

function print(): void {
  const out = (text: string): void => void process.stdout.write(`${text}\n`);
  out(
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, node ${process.version}, medians of ${runs} runs`,
  );
  out(
    `${"".padEnd(32)}${"wall s".padStart(9)}${"CPU s".padStart(9)}${"MB/s".padStart(9)}${"peak MB".padStart(9)}${"ratio".padStart(9)}${"by CPU".padStart(9)}`,
  );
  for (const [label, list] of costs) {
    const cost = medianCost(list);
    const kind = label.split(":")[0] ?? "";
    const size = statSync(kind === "json" ? RELEASES : join(FMA, "tracks.csv")).size;
    const limit = medianCost(costs.get(`${kind}: bare reader, into a table`) ?? []);
    out(
      `${label.padEnd(32)}${cost.wallSeconds.toFixed(2).padStart(9)}${cost.cpuSeconds.toFixed(2).padStart(9)}` +
        `${(size / 1e6 / cost.wallSeconds).toFixed(0).padStart(9)}${(cost.peakTreeBytes / 1e6).toFixed(0).padStart(9)}` +
        `${(limit.wallSeconds / cost.wallSeconds).toFixed(2).padStart(9)}${(limit.cpuSeconds / cost.cpuSeconds).toFixed(2).padStart(9)}`,
    );
  }
}

async function note(label: string, run: () => Promise<Cost>): Promise<void> {
  const list = costs.get(label) ?? [];
  list.push(await run());
  costs.set(label, list);
}
