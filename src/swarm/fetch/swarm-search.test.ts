import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { encodeExtensionHandshake } from "../../formats/peer-wire/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { UploadLimits } from "../seed/upload-limits.ts";
import { localServer } from "../testing/local-server.ts";
import { loopbackAddresses } from "../testing/loopback.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { SmallTracker } from "../testing/small-tracker.ts";
import { TestPeer } from "../testing/test-peer.ts";
import { Announcer } from "../tracker/announcer.ts";
import { Trackers } from "../tracker/trackers.ts";
import { type BlockSource, peerBlockSource } from "./block-source.ts";
import { fetchStretch } from "./fetch-stretch.ts";
import { KnownPeers } from "./known-peers.ts";
import { byPiecesRoot } from "./proof.ts";
import { SwarmSearch } from "./swarm-search.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-search-"));
const closing: (() => unknown)[] = [];
let seeded: SeededRelease;
let torrents: SharedTorrents;
let fetches = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [900_000], 65_536);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await torrents.close();
  rmSync(root, { recursive: true });
});

async function seeder(
  bytesPerSecond: number | null,
  host = "127.0.0.1",
): Promise<{ port: number; sentBytes: () => number }> {
  let sentBytes = 0;
  const limits = new UploadLimits(bytesPerSecond, null);
  const server = localServer(torrents, {
    host,
    limits,
    onUploaded: (_torrent, bytes) => {
      sentBytes += bytes;
    },
  });
  closing.push(
    () => server.close(),
    () => limits.close(),
  );
  return { port: await server.listen(), sentBytes: () => sentBytes };
}

async function tracker(host?: string): Promise<{ tracker: SmallTracker; url: string }> {
  const tracker = new SmallTracker();
  closing.push(() => tracker.close());
  return { tracker, url: await tracker.listen(host) };
}

const local = (port: number) => ({ host: "127.0.0.1", port });
const infohash = (): Buffer => (seeded.hybrid.infohashV2 ?? fail()).subarray(0, 20);

function search(ports: readonly number[], trackers: readonly string[], isPrivate = false): SwarmSearch {
  const client = new Trackers({ firstWaitMs: 100 });
  const options = { peers: ports.map(local), trackers: client, reporter: silentReporter };
  const swarm = new SwarmSearch(options, { infohashV1: null, infohashV2: infohash(), trackers, isPrivate });
  closing.push(() => swarm.close());
  return swarm;
}

async function fetchFile(swarm: SwarmSearch, torrent: ParsedTorrent): Promise<Buffer> {
  fetches += 1;
  const file = torrent.files.find(({ path }) => path[0] === "data") ?? fail();
  const path = join(root, `file-${fetches}`);
  await fetchStretch({
    torrent,
    file,
    startBytes: 0,
    endBytes: file.sizeBytes,
    proof: byPiecesRoot(file.piecesRoot ?? fail(), file.sizeBytes),
    key: "file",
    path,
    openSources: () =>
      Promise.resolve(swarm.openSources<BlockSource>([], (peer) => peerBlockSource(peer, torrent))),
  });
  return readFileSync(path);
}

describe("a peer is found", () => {
  test("by a tracker, which is told that we take no connections, and that we go", async () => {
    const { port } = await seeder(null);
    const { tracker: small, url } = await tracker();
    small.peers.push(local(9), local(port));
    const swarm = search([], ["udp://127.0.0.1:9", url]);
    expect(await fetchFile(swarm, seeded.hybrid)).toHaveLength(917_504);
    await swarm.close();
    const said = small.announces.map((query) => [query.get("event"), query.get("port")]);
    expect(said).toEqual([
      ["started", "0"],
      ["stopped", "0"],
    ]);
  });

  test("by a tracker, for the metadata of a magnet link", async () => {
    const { port } = await seeder(null);
    const { tracker: small, url } = await tracker();
    small.peers.push(local(port));
    const info = await search([], [url]).metadata((bytes) => bytes.equals(seeded.hybrid.infoBytes));
    expect(info.equals(seeded.hybrid.infoBytes)).toBe(true);
  });

  test("over IPv6, by the announcement of one who gives there (BEP 7)", async () => {
    const host = loopbackAddresses().at(-1) ?? "";
    const { port } = await seeder(null, host);
    const { tracker: small, url } = await tracker(host);
    const announcer = new Announcer({
      trackers: new Trackers(),
      peerId: Buffer.alloc(20, "s"),
      port,
      torrents: [{ infohash: infohash(), trackers: [url], uploadedBytes: () => 0, leftBytes: () => 0 }],
      wantedPeers: 0,
    });
    closing.push(() => announcer.close());
    while (small.announces.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(small.remoteAddresses).toEqual([host]);
    small.peers.push({ host, port: Number(small.announces[0]?.get("port")) });
    expect(await fetchFile(search([], [url]), seeded.hybrid)).toHaveLength(917_504);
  });

  const told = async (isPrivate: boolean): Promise<number> => {
    const slow = await seeder(200_000);
    const other = await seeder(null);
    // Somebody who is connected to the slow one, and takes connections where the other is.
    const friend = new TestPeer(slow.port).greet(infohash());
    closing.push(() => friend.socket.destroy());
    const payload = encodeExtensionHandshake({
      extensions: new Map(),
      metadataBytes: null,
      maxRequests: null,
      port: other.port,
      client: null,
      isUploadOnly: false,
    });
    friend.say({ kind: "extended", extension: 0, payload });
    await friend.until("have-all");
    await fetchFile(search([slow.port], [], isPrivate), seeded.hybrid);
    return other.sentBytes();
  };
  test("by another peer (ut_pex), while it is fetched from that one", async () => {
    expect(await told(false)).toBeGreaterThan(200_000);
  });
  test("by no other peer when the torrent is private", async () => {
    expect(await told(true)).toBe(0);
  }, 20_000);
});

test("nobody waits for a tracker when there is nobody left", async () => {
  const swarm = search([9], ["udp://127.0.0.1:9"]);
  await expect(fetchFile(swarm, seeded.hybrid)).rejects.toThrow("no source");
});

describe("of the peers that strangers name", () => {
  const names = (from: string, hosts: readonly string[]): readonly string[] => {
    const known = new KnownPeers([]);
    known.learn(
      from,
      hosts.map((host) => ({ host, port: 1 })),
      Buffer.alloc(20),
    );
    return known.all.map(({ host }) => host);
  };
  const inside = [
    "10.0.0.1",
    "127.0.0.1",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:192.168.0.1",
    "fe80::1",
    "224.0.0.1",
  ];
  test("those in private networks are passed over when the stranger is not in one", () => {
    expect(names("tracker.example", [...inside, "192.0.2.1", "2001:db8::1"])).toEqual([
      "192.0.2.1",
      "2001:db8::1",
    ]);
    expect(names("192.168.0.1", ["10.0.0.1", "192.0.2.1"])).toEqual(["10.0.0.1", "192.0.2.1"]);
  });
  test("names are passed over, which may mean anything", () => {
    expect(names("tracker.example", ["router.example", "localhost", "2130706433", "0x7f.1"])).toEqual([]);
  });
  test("two hundred are remembered", () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => `192.0.${index >> 8}.${index & 255}`);
    expect(names("tracker.example", hosts)).toHaveLength(200);
  });
});

function fail(): never {
  throw new Error("it has to be there");
}
