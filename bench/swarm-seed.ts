/**
 * Seeding one hybrid torrent on loopback to libtorrent: our seeder beside libtorrent as seeder, the same leecher, data and
 * machine, turn by turn. CPU of the seeder without its start; the limit is a bare copy of the file through a socket.
 *
 *   npx tsx bench/swarm-seed.ts [--size 1GiB] [--runs 3] [--leechers 1] [--folder FOLDER]
 *
 * Needs python3-libtorrent of Debian.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
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
    leechers: { type: "string", default: "1" },
    folder: { type: "string", default: tmpdir() },
  },
});
const sizeBytes = parseSize(values.size);
const leechers = Number(values.leechers);
const PEER = join(import.meta.dirname, "swarm-peer.py");
const folder = mkdtempSync(join(values.folder, "deadwax-bench-swarm-"));
const torrent = join(folder, "data.torrent");

interface Cost {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly anonymousBytes: number;
  readonly seconds?: number;
}
const SEEDERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  deadwax: [
    process.execPath,
    "--import",
    "tsx",
    join(import.meta.dirname, "swarm-seeder.ts"),
    torrent,
    folder,
  ],
  libtorrent: ["/usr/bin/python3", PEER, "seed", torrent, folder],
};

try {
  writeNoise(join(folder, "data"), sizeBytes);
  execFileSync("/usr/bin/python3", [PEER, "create", folder, "data", String(4 * 1024 * 1024), torrent]);
  const results = new Map<string, { wall: number[]; cpu: number[]; leecher: number[]; memory: number[] }>();
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const [name, command] of Object.entries(SEEDERS)) {
      const one = await transfer(command);
      const result = results.get(name) ?? { wall: [], cpu: [], leecher: [], memory: [] };
      result.wall.push(one.seconds);
      result.cpu.push(one.seeder);
      result.leecher.push(one.leecher);
      result.memory.push(one.memory);
      results.set(name, result);
    }
  }
  const megabytes = (sizeBytes * leechers) / 1e6;
  process.stdout.write(`${values.size} to ${leechers} libtorrent leechers, medians of ${values.runs} runs\n`);
  process.stdout.write(
    "seeder       MB/s wall   MB per CPU-s of the seeder   MB per CPU-s of a leecher   anonymous MB\n",
  );
  for (const [name, { wall, cpu, leecher, memory }] of results) {
    const cells = [
      (megabytes / median(wall)).toFixed(0).padStart(9),
      (megabytes / median(cpu)).toFixed(0).padStart(28),
      (megabytes / median(leecher)).toFixed(0).padStart(27),
      (median(memory) / 1e6).toFixed(0).padStart(14),
    ];
    process.stdout.write(`${name.padEnd(11)}${cells.join("")}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function transfer(command: readonly [string, ...string[]]): Promise<{
  seconds: number;
  seeder: number;
  leecher: number;
  memory: number;
}> {
  const idle = await runSeeder(command, async () => {});
  const costs: Cost[] = [];
  const busy = await runSeeder(command, async (port) => {
    costs.push(
      ...(await Promise.all(Array.from({ length: leechers }, (_, index) => fetchOnce(port, index)))),
    );
  });
  return {
    seconds: Math.max(...costs.map(({ seconds = 0 }) => seconds)),
    seeder: busy.cpuSeconds - idle.cpuSeconds,
    leecher: costs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    memory: busy.anonymousBytes,
  };
}

async function fetchOnce(port: string, index: number): Promise<Cost> {
  const into = join(folder, `leecher-${index}`);
  mkdirSync(into, { recursive: true });
  const child = spawn("/usr/bin/python3", [PEER, "fetch", torrent, into, port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) said += String(chunk);
  rmSync(into, { recursive: true });
  return JSON.parse(said) as Cost;
}

async function runSeeder(
  [program, ...args]: readonly [string, ...string[]],
  use: (port: string) => Promise<void>,
): Promise<Cost> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = String((await lines.next()).value);
  await use(port);
  child.stdin.end();
  return JSON.parse(String((await lines.next()).value)) as Cost;
}
