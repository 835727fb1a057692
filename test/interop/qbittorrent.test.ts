import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArchive, silentReporter } from "../../src/core/index.ts";
import { trackIdFromBigInt } from "../../src/formats/identifiers/index.ts";
import { type ParsedTorrent, parseTorrent } from "../../src/formats/torrent/parse-torrent.ts";
import { listReleases } from "../../src/release/index.ts";
import { PeerSource } from "../../src/swarm/fetch/peer-source.ts";
import { getTracks, type SeedServer, SharedTorrents, torrentsOfReleases } from "../../src/swarm/index.ts";
import { localServer } from "../../src/swarm/testing/local-server.ts";
import { Qbittorrent } from "./qbittorrent.ts";
import { makeSmallRelease, requireSameFiles, type SmallRelease } from "./small-release.ts";
import { requireProgram } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-qbittorrent-"));
const clients: Qbittorrent[] = [];
const faults: string[] = [];
let release: SmallRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let port = 0;

beforeAll(async () => {
  requireProgram("qbittorrent-nox", "qbittorrent-nox");
  release = await makeSmallRelease(join(root, "archive"));
  const { releases } = await listReleases(await openArchive(join(root, "archive")));
  torrents = new SharedTorrents(torrentsOfReleases(releases));
  server = localServer(torrents, {
    onFault: ({ reason }) => faults.push(reason),
  });
  port = await server.listen();
});
afterAll(async () => {
  for (const client of clients) client.stop();
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

async function start(name: string): Promise<Qbittorrent> {
  const client = await Qbittorrent.start(join(root, `profile ${name}`));
  clients.push(client);
  return client;
}

describe("qBittorrent downloads from us", () => {
  test.each([
    ["the hybrid torrent", () => release.hybridTorrent],
    ["the magnet link of the hybrid", () => release.magnets[0] ?? ""],
    ["a magnet link with its v1 id alone", () => byV1Alone(release.magnets[0] ?? "")],
    ["a magnet link with its v2 id alone", () => byV2Alone(release.magnets[0] ?? "")],
    ["the v1 torrent", () => release.v1Torrent],
  ])(
    "by %s",
    async (name, source) => {
      const client = await start(name);
      const downloads = join(root, `downloads ${name}`);
      mkdirSync(downloads);
      await client.add(source(), downloads);
      await client.untilSeeding((hash) => client.addPeer(hash, port));
      client.stop();
      requireSameFiles(release.bag, join(downloads, release.name));
      expect(faults).toEqual([]);
    },
    60_000,
  );
});

test("a track comes from qBittorrent, by the v1 and by the v2 id of the hybrid", async () => {
  const client = await start("seeds");
  await client.add(release.hybridTorrent, release.folder);
  await client.untilSeeding(() => Promise.resolve());
  await untilItAnswers(client.port);
  const magnet = release.magnets[0] ?? "";
  const ways = [release.hybridTorrent, magnet, byV2Alone(magnet)];
  for (const [index, from] of ways.entries()) {
    const file = join(root, `track ${index}`);
    await getTracks({
      queries: [trackIdFromBigInt(21n)],
      from,
      peers: [{ host: "127.0.0.1", port: client.port }],
      trackers: null,
      signer: null,
      output: { file },
      all: false,
      force: false,
      cacheFolder: join(root, `cache ${index}`),
      reporter: silentReporter,
    });
    expect(readFileSync(file).equals(release.audio.get(21) ?? Buffer.alloc(0))).toBe(true);
  }
  const { infohashV1, infohashV2, files } = hybrid();
  const first = readFileSync(join(release.bag, ...(files[0]?.path ?? [])));
  for (const infohash of [infohashV1, infohashV2?.subarray(0, 20)]) {
    const address = { host: "127.0.0.1", port: client.port };
    const peer = await PeerSource.connect(address, infohash ?? Buffer.alloc(20));
    await peer.ready();
    const block = await peer.block(0, 0, Math.min(first.length, 16_384));
    expect(block.equals(first.subarray(0, 16_384))).toBe(true);
    peer.close();
  }
}, 60_000);

function hybrid(): ParsedTorrent {
  const parsed = parseTorrent(readFileSync(release.hybridTorrent));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.torrent;
}

function byV1Alone(magnet: string): string {
  return magnet.replace(/&xt=urn:btmh:[0-9a-f]+/, "");
}

function byV2Alone(magnet: string): string {
  return magnet.replace(/xt=urn:btih:[0-9a-f]+&/, "");
}

/** It says that it seeds before it takes connections. */
async function untilItAnswers(at: number): Promise<void> {
  const infohash = hybrid().infohashV1;
  for (let wait = 0; ; wait += 1) {
    try {
      const address = { host: "127.0.0.1", port: at };
      const peer = await PeerSource.connect(address, infohash ?? Buffer.alloc(20), { encryption: "off" });
      peer.close();
      return;
    } catch (error) {
      if (wait === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
