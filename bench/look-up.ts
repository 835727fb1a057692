/**
 * Look-ups in the catalogue of an archive whose index is built: key to row position, and key to the whole row of the
 * track, hits and misses apart, the hashing of the key included. Beside them the same row by one `select` over all
 * segments, and the bare read of a page at a random place of the key file.
 *
 *   npx tsx bench/look-up.ts ARCHIVE [--keys 2000] [--seed 1]
 */
import { openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentSnapshot, LookUp, openSnapshot, TrackRows } from "../src/catalogue/index.ts";
import { openArchive } from "../src/core/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keys: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const keys = Number(values.keys);
const snapshot = await currentSnapshot(await openArchive(positionals[0] ?? "."));
const rows = snapshot.tables.track.rows;
const folder = join(snapshot.folder, "index", "0");
const names = ["track", "isrc", "more-isrcs", "identifier", "identified", "album", "artist"];
const sizes = names.map((name) => [name, statSync(join(folder, `${name}.keys`)).size] as const);
say(`${rows} tracks in ${snapshot.tables.track.segments.length} segments`);
say(`bytes a track: ${sizes.map(([name, size]) => `${name} ${(size / rows).toFixed(2)}`).join(", ")}`);

const sampled = await sampleKeys();
const lookUp = new LookUp(snapshot);
const trackRows = new TrackRows(snapshot);
const page = Buffer.alloc(4096);
const handle = openSync(join(folder, "isrc.keys"), "r");
const fileBytes = statSync(join(folder, "isrc.keys")).size;

await measure("limit: one read of 4 KiB", sampled.ids, (_, at) => {
  const offset = Math.floor(((at * 0.618_034) % 1) * (fileBytes - 4096));
  return readSync(handle, page, 0, 4096, offset) === 4096;
});
await measure("track id to position", sampled.ids, (id) => lookUp.trackPosition(id) !== null);
await measure("track id, missing", sampled.missing, (id) => lookUp.trackPosition(id) === null);
await measure("ISRC to positions", sampled.isrcs, (isrc) =>
  lookUp.tracksOfIsrc(isrc).every((id) => lookUp.trackPosition(id) !== null),
);
await measure("ISRC, missing", sampled.isrcs, (isrc) => lookUp.tracksOfIsrc(isrc + (1n << 50n)).length === 0);
await measure("GTIN to albums", sampled.gtins, (gtin) => lookUp.entitiesOf("album", "gtin", gtin).length > 0);
await measure(
  "GTIN, missing",
  sampled.gtins,
  (gtin) => lookUp.entitiesOf("album", "gtin", `${gtin}x`).length === 0,
);

const rowOf = async (id: bigint): Promise<boolean> => {
  const position = lookUp.trackPosition(id);
  return position !== null && (await trackRows.row(id, position)) !== null;
};
for (const id of sampled.ids.slice(0, 4 * snapshot.tables.track.segments.length)) await rowOf(id);
const some = sampled.ids.slice(0, 500);
await measure("track id to row", some, rowOf);
await measure("ISRC to first row", sampled.isrcs.slice(0, 500), async (isrc) => {
  const [id] = lookUp.tracksOfIsrc(isrc, 1);
  return id !== undefined && (await rowOf(id));
});
await measure("ISRC, missing, to row", sampled.isrcs.slice(0, 500), (isrc) => {
  return lookUp.tracksOfIsrc(isrc + (1n << 50n), 1).length === 0;
});
say(
  `resident ${mebibytes(process.memoryUsage().rss)} MiB now, ${mebibytes(process.resourceUsage().maxRSS * 1024)} at most`,
);
await trackRows.close();

const database = await openSnapshot(snapshot, { memoryLimit: "1GB" });
await measure("beside: one select over all segments", some.slice(0, 30), async (id) => {
  return (await database.rows(`select * from segment_track where track_id = ${id}::ubigint`)).length === 1;
});
database.close();
say("limits: position p99 0.3 ms; row p50 10 ms, p99 25 ms; resident 300 MiB");

/** Keys that are there, spread over the table, in an order that jumps. */
async function sampleKeys(): Promise<{ ids: bigint[]; missing: bigint[]; isrcs: bigint[]; gtins: string[] }> {
  const opened = await openSnapshot(snapshot, { memoryLimit: "1GB" });
  const seed = Number(values.seed);
  const pick = async (column: string, table: string, size: number): Promise<unknown[]> => {
    const found = await opened.rows(
      `select ${column} as key from ${table} using sample reservoir(${Math.min(keys, size)} rows) repeatable (${seed})`,
    );
    return found
      .map(({ key }) => key)
      .sort((a, b) => Number(BigInt(String(a)) % 7919n) - Number(BigInt(String(b)) % 7919n));
  };
  const ids = (await pick("track_id", "segment_track", rows)).map((key) => BigInt(String(key)));
  const isrcs = (await pick("isrc", "segment_isrc", snapshot.tables.isrc.rows)).map((key) =>
    BigInt(String(key)),
  );
  const gtins = await pick("gtin", "album where gtin is not null", snapshot.tables.album.rows);
  opened.close();
  say(`${ids.length} track ids, ${isrcs.length} ISRCs, ${gtins.length} GTINs`);
  return { ids, missing: ids.map((id) => id ^ 0x5555n), isrcs, gtins: gtins.map(String) };
}

async function measure<Key>(
  what: string,
  asked: readonly Key[],
  look: (key: Key, at: number) => boolean | Promise<boolean>,
): Promise<void> {
  const timesMs: number[] = [];
  let good = 0;
  const before = process.cpuUsage();
  for (const [at, key] of asked.entries()) {
    const start = performance.now();
    const found = look(key, at);
    const isGood = typeof found === "boolean" ? found : await found;
    timesMs.push(performance.now() - start);
    if (isGood) good += 1;
  }
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / asked.length;
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(4);
  say(
    `${what.padEnd(38)} p50 ${at(0.5).padStart(9)} ms  p99 ${at(0.99).padStart(9)} ms  CPU ${cpuMs.toFixed(3)} ms  as expected ${good} of ${asked.length}`,
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
