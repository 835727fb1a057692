/**
 * How fast one core makes every hash of a shard in one read (SHA-1 pieces, SHA-256 merkle leaves, SHA-256 of the file),
 * beside the limits: `openssl speed` of the same digests, a bare read, and `mktorrent` (SHA-1 only).
 *
 *   npx tsx bench/hash.ts [--megabytes 1024] [--runs 3]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PieceHasher } from "../src/formats/torrent/piece-hasher.ts";
import { measure, median } from "./measure.ts";
import { requireTools } from "./tools.ts";

const PIECE_LENGTH_BYTES = 4_194_304;
const CHUNK_BYTES = 1_048_576;

const { values } = parseArgs({
  options: { megabytes: { type: "string", default: "1024" }, runs: { type: "string", default: "3" } },
});
const sizeBytes = Number(values.megabytes) * 1e6;
const runs = Number(values.runs);
requireTools({ openssl: "openssl", mktorrent: "mktorrent" });

const folder = mkdtempSync(join(process.cwd(), "work-bench-hash-"));
const file = join(folder, "shard.tar");
try {
  fill(file, sizeBytes);
  const rows: [string, number][] = [
    ["bare read", readRate(() => {})],
    ["node:crypto SHA-1, one stream", hashRate("sha1")],
    ["node:crypto SHA-256, one stream", hashRate("sha256")],
    ["openssl speed SHA-1, 1 MiB blocks", opensslRate("sha1")],
    ["openssl speed SHA-256, 1 MiB blocks", opensslRate("sha256")],
    ["mktorrent -t 1 (SHA-1 pieces only)", await mktorrentRate()],
  ];
  const [sha1, sha256] = [opensslRate("sha1"), opensslRate("sha256")];
  rows.push(["limit: SHA-1 + 2 × SHA-256 of openssl", 1 / (1 / sha1 + 2 / sha256)]);
  rows.push(["Deadwax: all three in one read", pieceHasherRate()]);
  process.stdout.write(
    `${cpus()[0]?.model ?? "unknown processor"}, node ${process.version}, ${values.megabytes} MB, `,
  );
  process.stdout.write(`medians of ${runs} runs, GB per CPU-second of one core\n`);
  for (const [label, rate] of rows) process.stdout.write(`${label.padEnd(44)}${rate.toFixed(2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fill(path: string, totalBytes: number): void {
  const handle = openSync(path, "w");
  const block = Buffer.alloc(CHUNK_BYTES);
  for (let written = 0; written < totalBytes; written += CHUNK_BYTES) {
    block.writeUInt32LE(written / CHUNK_BYTES, 0);
    writeSync(handle, block, 0, Math.min(CHUNK_BYTES, totalBytes - written));
  }
  closeSync(handle);
}

/** Reads the file through `use`; gigabytes per CPU-second, median of the runs after one to warm the page cache. */
function readRate(use: (chunk: Buffer) => void, end: () => void = () => {}): number {
  const rates: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const before = process.cpuUsage();
    const handle = openSync(file, "r");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let count = readSync(handle, buffer); count > 0; count = readSync(handle, buffer)) {
      use(buffer.subarray(0, count));
    }
    closeSync(handle);
    end();
    const { user, system } = process.cpuUsage(before);
    if (run > 0) rates.push(sizeBytes / 1e9 / ((user + system) / 1e6));
  }
  return median(rates);
}

function hashRate(algorithm: string): number {
  let hash = createHash(algorithm);
  return readRate(
    (chunk) => void hash.update(chunk),
    () => {
      hash.digest();
      hash = createHash(algorithm);
    },
  );
}

function pieceHasherRate(): number {
  let hasher = new PieceHasher(PIECE_LENGTH_BYTES);
  return readRate(
    (chunk) => hasher.update(chunk),
    () => {
      hasher.finish();
      hasher = new PieceHasher(PIECE_LENGTH_BYTES);
    },
  );
}

function opensslRate(digest: string): number {
  const { stdout } = spawnSync("openssl", [
    "speed",
    "-mr",
    "-seconds",
    "2",
    "-bytes",
    "1048576",
    "-evp",
    digest,
  ]);
  const bytesPerSecond = /^\+F:\d+:[^:]*:([\d.]+)/m.exec(stdout.toString())?.[1];
  return Number(bytesPerSecond ?? Number.NaN) / 1e9;
}

async function mktorrentRate(): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const output = join(folder, `${run}.torrent`);
    const { cpuSeconds } = await measure("mktorrent", ["-t", "1", "-l", "22", "-o", output, file]);
    rates.push(sizeBytes / 1e9 / cpuSeconds);
  }
  return median(rates);
}
