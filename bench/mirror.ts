/**
 * Fetching a whole torrent as a mirror on loopback, synced to the disk: our fetching from libtorrent and from our seeder, beside
 * libtorrent as the one who fetches from the same. MB/s, MB per CPU-second of who fetches (its start not counted), peak memory, bytes
 * written; the limit is the SHA-256 of the same bytes alone.
 *
 *   npx tsx bench/mirror.ts [--size 1GiB] [--runs 3] [--folder FOLDER]
 *
 * Needs python3-libtorrent of Debian.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { parseSize } from "../src/core/sizes.ts";
import { median } from "./measure.ts";
import { writeNoise } from "./noise.ts";

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "1GiB" },
    runs: { type: "string", default: "3" },
    folder: { type: "string", default: tmpdir() },
  },
});
const sizeBytes = parseSize(values.size);
const PEER = join(import.meta.dirname, "swarm-peer.py");
const PYTHON = "/usr/bin/python3";
const NODE = [process.execPath, "--import", "tsx"] as const;
const folder = mkdtempSync(join(values.folder, "deadwax-bench-mirror-"));
const torrent = join(folder, "data.torrent");

interface Cost {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly residentBytes: number;
  readonly writtenBytes?: number;
}

const SEEDERS: Readonly<Record<string, readonly string[]>> = {
  libtorrent: [PYTHON, PEER, "seed", torrent, folder],
  deadwax: [...NODE, join(import.meta.dirname, "swarm-seeder.ts"), torrent, folder],
};
const FETCHERS: Readonly<Record<string, readonly string[]>> = {
  deadwax: [...NODE, join(import.meta.dirname, "mirror-fetcher.ts"), torrent],
  libtorrent: [PYTHON, PEER, "fetch", torrent],
};

try {
  writeNoise(join(folder, "data"), sizeBytes);
  execFileSync(PYTHON, [PEER, "create", folder, "data", String(4 * 1024 * 1024), torrent]);
  const results = new Map<string, Cost[]>();
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const [seeder, seed] of Object.entries(SEEDERS)) {
      for (const [fetcher, fetch] of Object.entries(FETCHERS)) {
        const key = `${fetcher.padEnd(11)} ${seeder.padEnd(11)}`;
        results.set(key, [...(results.get(key) ?? []), await transfer(seed, fetch)]);
      }
    }
  }
  const megabytes = sizeBytes / 1e6;
  process.stdout.write(`${values.size}, medians of ${values.runs} runs\n`);
  process.stdout.write("fetches     from         MB/s wall   MB per CPU-s   peak MB   written MB\n");
  for (const [key, costs] of results) {
    const of = (pick: (cost: Cost) => number): number => median(costs.map(pick));
    const written = costs.every(({ writtenBytes }) => writtenBytes !== undefined)
      ? (of(({ writtenBytes = 0 }) => writtenBytes) / 1e6).toFixed(0)
      : "-";
    const cells = [
      (megabytes / of(({ seconds }) => seconds)).toFixed(0).padStart(9),
      (megabytes / of(({ cpuSeconds }) => cpuSeconds)).toFixed(0).padStart(15),
      (of(({ residentBytes }) => residentBytes) / 1e6).toFixed(0).padStart(10),
      written.padStart(13),
    ];
    process.stdout.write(`${key} ${cells.join("")}\n`);
  }
  process.stdout.write(`SHA-256 alone: ${hashMegabytesPerCpuSecond().toFixed(0)} MB per CPU-s\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function transfer(seed: readonly string[], fetch: readonly string[]): Promise<Cost> {
  const seeder = spawn(seed[0] ?? "", seed.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(seeder.stdout)[Symbol.asyncIterator]();
  const port = String((await lines.next()).value);
  const into = join(folder, "into");
  mkdirSync(into);
  const fetcher = spawn(fetch[0] ?? "", [...fetch.slice(1), into, port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of fetcher.stdout) said += String(chunk);
  seeder.stdin.end();
  await lines.next();
  rmSync(into, { recursive: true });
  return JSON.parse(said) as Cost;
}

function hashMegabytesPerCpuSecond(): number {
  const bytes = readFileSync(join(folder, "data")).subarray(0, 256 * 1024 * 1024);
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 16_384) {
    createHash("sha256")
      .update(bytes.subarray(at, at + 16_384))
      .digest();
  }
  const { user, system } = process.cpuUsage(before);
  return bytes.length / 1e6 / ((user + system) / 1e6);
}
