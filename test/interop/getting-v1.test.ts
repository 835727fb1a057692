import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../src/core/index.ts";
import { type ParsedTorrent, parseTorrent } from "../../src/formats/torrent/parse-torrent.ts";
import { peerBlockSource } from "../../src/swarm/fetch/block-source.ts";
import { fetchStretch } from "../../src/swarm/fetch/fetch-stretch.ts";
import { PeerSource } from "../../src/swarm/fetch/peer-source.ts";
import { Sources } from "../../src/swarm/fetch/sources.ts";
import { SwarmSearch } from "../../src/swarm/fetch/swarm-search.ts";
import { v1Stretch } from "../../src/swarm/fetch/v1-pieces.ts";
import { makeSmallRelease, type SmallRelease } from "./small-release.ts";
import { freePort, requireProgram } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-v1-"));
const clients: ChildProcess[] = [];
let release: SmallRelease;
let torrent: ParsedTorrent;

beforeAll(async () => {
  requireProgram("transmission-cli", "transmission-cli");
  requireProgram("aria2c", "aria2");
  release = await makeSmallRelease(join(root, "archive"));
  const parsed = parseTorrent(readFileSync(release.v1Torrent));
  if (!parsed.ok) throw new Error(parsed.reason);
  torrent = parsed.torrent;
});
afterAll(() => {
  for (const client of clients) client.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

function start(program: string, args: readonly string[]): ChildProcess {
  const client = spawn(program, args, { stdio: "ignore" });
  clients.push(client);
  return client;
}

type Encryption = "off" | "require";

/** Waits until the client listens and knows the torrent. */
async function connect(port: number, encryption: Encryption, client: ChildProcess): Promise<PeerSource> {
  const infohash = torrent.infohashV1 ?? Buffer.alloc(0);
  for (let wait = 0; ; wait += 1) {
    try {
      const peer = await PeerSource.connect({ host: "127.0.0.1", port }, infohash, { encryption });
      await peer.ready();
      return peer;
    } catch (error) {
      if (client.exitCode !== null) throw new Error(`the client ended with ${client.exitCode}`);
      if (wait === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Transmission as a seeder of the torrent that speaks to nobody but who connects to it, and the port on which it listens. */
async function startTransmission(
  settings: string,
  encryption: Encryption,
): Promise<{ readonly port: number; readonly peer: PeerSource }> {
  const quiet = {
    "dht-enabled": false,
    "lpd-enabled": false,
    "pex-enabled": false,
    "utp-enabled": false,
    "port-forwarding-enabled": false,
    "bind-address-ipv4": "127.0.0.1",
    encryption: encryption === "require" ? 2 : 0,
  };
  // Now and then it starts and does not listen: it is then started once more.
  for (let attempt = 1; ; attempt += 1) {
    const folder = join(root, `${settings}-${attempt}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "settings.json"), JSON.stringify(quiet));
    const port = await freePort();
    const options = ["-g", folder, "-w", release.folder, "-p", String(port), "-M", "-v"];
    const client = start("transmission-cli", [...options, release.v1Torrent]);
    try {
      return { port, peer: await connect(port, encryption, client) };
    } catch (error) {
      client.kill("SIGKILL");
      if (attempt === 3) throw error;
    }
  }
}

async function fetchAll(port: number, connected: () => Promise<PeerSource>): Promise<void> {
  const { stream, ...stretch } = v1Stretch(torrent);
  const path = join(root, `from-${port}`);
  await fetchStretch({
    torrent,
    file: stream,
    ...stretch,
    key: "v1",
    path,
    openSources: async () => new Sources([peerBlockSource(await connected(), torrent)]),
  });
  const bytes = readFileSync(path);
  for (const file of torrent.files) {
    if (file.isPad) continue;
    const expected = readFileSync(join(release.bag, ...file.path));
    expect(bytes.subarray(file.offsetBytes, file.offsetBytes + file.sizeBytes).equals(expected)).toBe(true);
  }
}

// Transmission unchokes every ten seconds: they wait for it together.
describe.concurrent("all of the v1 torrent comes from", () => {
  test.each(["off", "require"] as const)(
    "Transmission (encryption: %s)",
    async (encryption) => {
      const { port, peer } = await startTransmission(`transmission-${encryption}`, encryption);
      await fetchAll(port, async () => peer);
    },
    120_000,
  );

  test.each(["off", "require"] as const)(
    "aria2 (encryption: %s)",
    async (encryption) => {
      const port = await freePort();
      const client = start("aria2c", [
        "--no-conf",
        "--enable-dht=false",
        "--enable-dht6=false",
        "--bt-enable-lpd=false",
        "--enable-peer-exchange=false",
        `--dir=${release.folder}`,
        `--listen-port=${port}`,
        "--interface=127.0.0.1",
        "--check-integrity=true",
        "--bt-seed-unverified=false",
        "--seed-ratio=0",
        `--bt-require-crypto=${encryption === "require"}`,
        "--quiet",
        release.v1Torrent,
      ]);
      await fetchAll(port, () => connect(port, encryption, client));
    },
    60_000,
  );
});

test.concurrent("the metadata of a v1-only magnet link comes from Transmission", async () => {
  const { port, peer } = await startTransmission("transmission-metadata", "off");
  await peer.close();
  const swarm = new SwarmSearch(
    { peers: [{ host: "127.0.0.1", port }], trackers: null, reporter: silentReporter },
    { infohashV1: torrent.infohashV1, infohashV2: null, trackers: [], isPrivate: false },
  );
  const info = await swarm.metadata((bytes) => bytes.equals(torrent.infoBytes));
  expect(info.equals(torrent.infoBytes)).toBe(true);
}, 120_000);
