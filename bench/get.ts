/**
 * One track of 5 MB out of a shard of a gibibyte, on loopback: time to the first byte, time to the whole and proved track, and
 * bytes on the wire, from a peer (plain and encrypted) and from a web server; beside the whole pieces that other clients fetch.
 *
 *   npx tsx bench/get.ts [--runs 10] [--piece 4MiB]
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { defaultPolicy, silentReporter } from "../src/core/index.ts";
import { parseSize } from "../src/core/sizes.ts";
import { trackIdFromBigInt } from "../src/formats/identifiers/index.ts";
import { createRelease } from "../src/release/index.ts";
import { type GetTracksOptions, getTracks } from "../src/swarm/index.ts";
import { gateBut, makeEmptyArchive, planByHand, sealTracks } from "../test/fixtures/sealed-archive.ts";
import { median } from "./measure.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "10" }, piece: { type: "string", default: "4MiB" } },
});
const TRACKS = 210;
const TRACK_BYTES = 5_000_000;
const pieceBytes = parseSize(values.piece);
const root = mkdtempSync(join(tmpdir(), "deadwax-bench-get-"));
try {
  const packing = { pieceLengthBytes: pieceBytes, shardTargetBytes: 1024 ** 3 };
  const archive = await makeEmptyArchive(join(root, "archive"), { ...defaultPolicy(), packing });
  const numbers = Array.from({ length: TRACKS }, (_, index) => index + 1);
  await sealTracks(
    archive,
    numbers.map((number) => ({ number, audio: randomBytes(TRACK_BYTES) })),
  );
  await planByHand(
    archive,
    numbers.map((number) => ({ number, disposition: "original" as const })),
  );
  await createRelease({ archive, reporter: silentReporter, gate: gateBut([]), name: "bench" });
  const program = join(import.meta.dirname, "../dist/cli/main.js");
  const flags = ["--archive", archive.layout.root, "--json", "swarm", "seed", "--host", "127.0.0.1"];
  const child = spawn(process.execPath, [program, ...flags, "--port", "0", "--http-port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let ports: { readonly port: number; readonly httpPort: number } | null = null;
  for await (const line of createInterface(child.stdout)) {
    const record: unknown = JSON.parse(line);
    if (!line.includes('"type":"seeding"')) continue;
    ports = record as { port: number; httpPort: number };
    break;
  }
  child.stdout.resume();
  if (ports === null) throw new Error("the seeder did not start");
  const torrent = join(archive.layout.releases, "bench.torrent");
  const peers = [{ host: "127.0.0.1", port: ports.port }];
  const web = `http://127.0.0.1:${ports.httpPort}/bench.json`;
  process.stdout.write(
    `a track of ${TRACK_BYTES} bytes, pieces of ${values.piece}, medians of ${values.runs} runs\n`,
  );
  process.stdout.write(
    "from                first byte ms   whole track ms   bytes on the wire   more than the track\n",
  );
  await measureFrom("a peer, plain", { from: torrent, peers, encryption: "off" });
  await measureFrom("a peer, encrypted", { from: torrent, peers, encryption: "require" });
  await measureFrom("a web server", { from: web, peers: [] });
  const touched = Math.ceil(TRACK_BYTES / pieceBytes) * pieceBytes + pieceBytes;
  process.stdout.write(`beside: the whole pieces that a track lies in, at most ${touched} bytes\n`);
  process.stdout.write("aims: first byte 50 ms, 32,768 bytes more\n");
  child.kill("SIGINT");
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measureFrom(
  name: string,
  place: Pick<GetTracksOptions, "from" | "peers" | "encryption">,
): Promise<void> {
  const first: number[] = [];
  const whole: number[] = [];
  const wire: number[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    let startedMs = 0;
    const reporter = {
      ...silentReporter,
      progress: () => {
        startedMs = performance.now();
        return { advance() {}, setTotal() {}, finish() {} };
      },
    };
    const { tracks } = await getTracks({
      ...place,
      queries: [trackIdFromBigInt(BigInt(1 + ((run * 37) % TRACKS)))],
      trackers: null,
      signer: null,
      output: { folder: join(root, `${name} ${run}`) },
      all: false,
      force: false,
      cacheFolder: join(root, "cache"),
      reporter,
    });
    whole.push(performance.now() - startedMs);
    first.push(tracks[0]?.firstByteMs ?? Number.NaN);
    wire.push(tracks[0]?.receivedBytes ?? Number.NaN);
  }
  const cells = [
    median(first).toFixed(1).padStart(13),
    median(whole).toFixed(0).padStart(17),
    String(median(wire)).padStart(20),
    String(median(wire) - TRACK_BYTES).padStart(22),
  ];
  process.stdout.write(`${name.padEnd(20)}${cells.join("")}\n`);
}
