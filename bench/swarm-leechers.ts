/**
 * Whether a seeder starves anybody: many leechers at once, each asking for all it can get for so many seconds, all in one
 * process beside the seeder's. Prints what each got, and Jain's index of fairness: (sum)² / (n · sum of squares), 1 when all got
 * the same, 1/n when one got everything.
 *
 *   npx tsx bench/swarm-leechers.ts [--leechers 200] [--slots 100] [--seconds 45] [--size 256MiB]
 *
 * Needs python3-libtorrent of Debian, to make the torrent.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { parseSize } from "../src/core/sizes.ts";
import { parseTorrent } from "../src/formats/torrent/parse-torrent.ts";
import { PeerSource } from "../src/swarm/fetch/peer-source.ts";
import { median } from "./measure.ts";
import { writeNoise } from "./noise.ts";

const { values } = parseArgs({
  options: {
    leechers: { type: "string", default: "200" },
    slots: { type: "string", default: "100" },
    seconds: { type: "string", default: "45" },
    size: { type: "string", default: "256MiB" },
  },
});
const BLOCK_BYTES = 16_384;
const IN_FLIGHT = 16;
const folder = mkdtempSync(join(tmpdir(), "deadwax-bench-leechers-"));
const torrentFile = join(folder, "data.torrent");
try {
  writeNoise(join(folder, "data"), parseSize(values.size));
  const peerProgram = join(import.meta.dirname, "swarm-peer.py");
  execFileSync("/usr/bin/python3", [
    peerProgram,
    "create",
    folder,
    "data",
    String(4 * 1024 ** 2),
    torrentFile,
  ]);
  const parsed = parseTorrent(readFileSync(torrentFile));
  if (!parsed.ok) throw new Error(parsed.reason);
  const { infohashV1, pieceLengthBytes } = parsed.torrent;
  const blocks = Math.floor(parseSize(values.size) / BLOCK_BYTES);
  const program = join(import.meta.dirname, "swarm-seeder.ts");
  const flags = ["--import", "tsx", program, torrentFile, folder, values.slots];
  const seeder = spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(seeder.stdout)[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const peers = await Promise.all(
    Array.from({ length: Number(values.leechers) }, () =>
      PeerSource.connect({ host: "127.0.0.1", port }, infohashV1 ?? Buffer.alloc(20), { encryption: "off" }),
    ),
  );
  const got = peers.map(() => 0);
  const longestWaitMs = peers.map(() => 0);
  let isOver = false;
  const ask = async (peer: PeerSource, index: number, lane: number): Promise<void> => {
    let lastMs = performance.now();
    for (let block = index * 97 + lane; !isOver; block += IN_FLIGHT) {
      try {
        await peer.ready();
        const offset = (block % blocks) * BLOCK_BYTES;
        const begin = offset % pieceLengthBytes;
        await peer.block((offset - begin) / pieceLengthBytes, begin, BLOCK_BYTES);
      } catch {
        // Its turn is over: what it asked for is refused.
        if (!peer.isOpen) return;
        continue;
      }
      got[index] = (got[index] ?? 0) + BLOCK_BYTES;
      const nowMs = performance.now();
      longestWaitMs[index] = Math.max(longestWaitMs[index] ?? 0, nowMs - lastMs);
      lastMs = nowMs;
    }
  };
  const asking = peers.flatMap((peer, index) =>
    Array.from({ length: IN_FLIGHT }, (_, lane) => ask(peer, index, lane)),
  );
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  isOver = true;
  for (const peer of peers) peer.close();
  await Promise.all(asking);
  seeder.stdin.end();
  const cost = JSON.parse(String((await lines.next()).value)) as {
    cpuSeconds: number;
    anonymousBytes: number;
  };
  const sum = got.reduce((total, bytes) => total + bytes, 0);
  const jain = sum ** 2 / (got.length * got.reduce((total, bytes) => total + bytes ** 2, 0));
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `${values.leechers} leechers, ${values.slots} slots, ${values.seconds} s: each got ${mb(Math.min(...got))} at least, ` +
      `${mb(median(got))} in the middle, ${mb(Math.max(...got))} at most; Jain's index ${jain.toFixed(3)}; ` +
      `longest wait ${(Math.max(...longestWaitMs) / 1000).toFixed(1)} s; ${mb(sum / Number(values.seconds))}/s in all, ` +
      `${(sum / 1e6 / cost.cpuSeconds).toFixed(0)} MB per CPU-second of the seeder, its start included, ` +
      `${mb(cost.anonymousBytes)} anonymous\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
