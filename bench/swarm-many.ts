/**
 * How soon a seeder of many releases is ready, what memory it takes, and what it costs while nobody asks: announcements of
 * releases of 10 GiB each, signed, whose bytes are not there (nothing of them is read before somebody asks).
 *
 *   npx tsx bench/swarm-many.ts [--releases 5000] [--idle-seconds 20]
 *
 * A release has two torrents with three infohashes: 5,000 releases are 10,000 torrents.
 */
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { didKeyFromPublicKey, initArchive, signDocument } from "../src/core/index.ts";
import { magnetLink } from "../src/formats/torrent/magnet.ts";

const { values } = parseArgs({
  options: {
    releases: { type: "string", default: "5000" },
    "idle-seconds": { type: "string", default: "20" },
  },
});
const releases = Number(values.releases);
const idleSeconds = Number(values["idle-seconds"]);
const root = mkdtempSync(join(tmpdir(), "deadwax-bench-many-"));
try {
  const { archive } = await initArchive(join(root, "archive"), {});
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  for (let number = 0; number < releases; number += 1) {
    const name = `release-${number}`;
    const torrent = (kind: "hybrid" | "v1", file: string) => {
      const [infohashV1, infohashV2] = [randomBytes(20), kind === "hybrid" ? randomBytes(32) : null];
      const magnet = magnetLink({ infohashV1, infohashV2, name });
      const hashes = {
        infohashV1: infohashV1.toString("hex"),
        infohashV2: infohashV2?.toString("hex") ?? null,
      };
      return { kind, file, sizeBytes: 124_000, sha256: randomBytes(32).toString("hex"), ...hashes, magnet };
    };
    const fields = {
      format: "deadwax-announcement/1",
      name,
      created: "2026-01-01T00:00:00Z",
      archive: archive.config.id,
      releaseSha256: randomBytes(32).toString("hex"),
      previous: null,
      sizeBytes: 10 * 1024 ** 3,
      tracks: 2000,
      torrents: [torrent("hybrid", `${name}.torrent`), torrent("v1", `${name}.v1.torrent`)],
    };
    writeFileSync(
      join(archive.layout.releases, `${name}.json`),
      signDocument(fields, didKeyFromPublicKey(publicKey), privateKey),
    );
  }
  const started = performance.now();
  const program = join(import.meta.dirname, "../dist/cli/main.js");
  const flags = [
    "--archive",
    archive.layout.root,
    "--json",
    "swarm",
    "seed",
    "--host",
    "127.0.0.1",
    "--port",
    "0",
  ];
  const child = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) if (line.includes('"type":"seeding"')) break;
  const readySeconds = (performance.now() - started) / 1000;
  // What starting leaves behind is cleared away first.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const before = cpuSeconds(child.pid ?? 0);
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
  const idle = (cpuSeconds(child.pid ?? 0) - before) / idleSeconds;
  const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  child.kill("SIGINT");
  process.stdout.write(
    `${releases * 2} torrents of 10 GiB: ready in ${readySeconds.toFixed(2)} s (aim 3), ` +
      `${(Number(resident) / 1000).toFixed(0)} MB resident (aim 150), idle ${(idle * 100).toFixed(2)} % of a core (aim 1)\n`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
