import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { torrentsOfReleases } from "../content/shared-torrents.ts";
import { SwarmSearch } from "../fetch/swarm-search.ts";
import { Seeding } from "../seed/seeding.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { Dht } from "./dht.ts";
import { DhtAnnouncer } from "./dht-announcer.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-dht-"));
const closing: (() => Promise<unknown>)[] = [];
let seeded: SeededRelease;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [100_000]);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(root, { recursive: true }));

const local = (port: number) => ({ host: "127.0.0.1", port });

async function node(bootstrap: readonly number[]): Promise<Dht> {
  const dht = await Dht.open({ host: "127.0.0.1", port: 0, bootstrap: bootstrap.map(local) });
  closing.push(() => dht.close());
  return dht;
}

/** Some that know one another by the first. */
async function network(count: number): Promise<readonly Dht[]> {
  const first = await node([]);
  const others = await Promise.all(Array.from({ length: count - 1 }, () => node([first.port])));
  await until(() => Promise.resolve(others.every(({ nodes }) => nodes > 0)));
  return [first, ...others];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let wait = 0; wait < 100; wait += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it does not come true");
}

async function peersOf(dht: Dht, infohash: Buffer): Promise<readonly number[]> {
  const ports = new Set<number>();
  await dht.lookup(infohash, (peers) => {
    for (const { port } of peers) ports.add(port);
  });
  return [...ports];
}

describe("among five nodes on loopback", () => {
  test("a release that is seeded is found under all its infohashes, and its metadata comes", async () => {
    const nodes = await network(5);
    const seeding = new Seeding({
      reporter: silentReporter,
      host: "127.0.0.1",
      port: 0,
      announce: false,
      httpPort: null,
      encryption: "prefer",
      upBytesPerSecond: null,
      maxConnections: 10,
      maxConnectionsPerAddress: 10,
      uploadSlots: 4,
      folder: seeded.archive.layout.releases,
      dht: { bootstrap: [local(nodes[0]?.port ?? 0)] },
    });
    closing.push(() => seeding.close());
    const shared = torrentsOfReleases([seeded.release]);
    await seeding.replace(shared);
    const { port } = await seeding.listen();
    const asking = await node([nodes[1]?.port ?? 0]);
    for (const infohash of shared.flatMap(({ infohashes }) => infohashes)) {
      await until(async () => (await peersOf(asking, Buffer.from(infohash, "hex"))).includes(port));
    }
    const { infohashV1, infohashV2, infoBytes } = seeded.hybrid;
    const searched = {
      infohashV1,
      infohashV2: infohashV2?.subarray(0, 20) ?? null,
      trackers: [],
      isPrivate: false,
    };
    const swarm = new SwarmSearch(
      { peers: [], trackers: null, dht: asking, reporter: silentReporter },
      searched,
    );
    expect(await swarm.metadata((info) => info.equals(infoBytes))).toEqual(infoBytes);
    const secret = new SwarmSearch(
      { peers: [], trackers: null, dht: asking, reporter: silentReporter },
      { ...searched, isPrivate: true },
    );
    await expect(secret.metadata(() => true)).rejects.toThrow("no peer is known");
  }, 20_000);

  test("a private torrent is told to nobody", async () => {
    const nodes = await network(4);
    const [open, secret] = [Buffer.alloc(20, 1), Buffer.alloc(20, 2)];
    const dht = await node([nodes[0]?.port ?? 0]);
    await until(() => Promise.resolve(dht.nodes > 0));
    const announcer = new DhtAnnouncer({
      dht,
      port: 7000,
      infohashes: () => [secret, open],
      isPrivate: (infohash) => Promise.resolve(infohash.equals(secret)),
      onPeers: () => {},
      pauseMs: 10,
    });
    closing.push(() => announcer.close());
    const asking = nodes[2] ?? dht;
    await until(async () => (await peersOf(asking, open)).includes(7000));
    expect(await peersOf(asking, secret)).toEqual([]);
  }, 20_000);

  test("garbage does not stop a node", async () => {
    const nodes = await network(3);
    const target = nodes[0];
    if (!target) throw new Error("no node");
    const socket = createSocket("udp4");
    const junk = [
      "",
      "d",
      "l".repeat(60_000),
      "d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q9:get_peers1:t2:aa1:y1:qe",
      "d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa9:info_hash3:abce1:q9:get_peers1:t2:aa1:y1:qe",
      "d1:ad2:id1:a4:porti99999999e5:token3:abc9:info_hash20:aaaaaaaaaaaaaaaaaaaae1:q13:announce_peer1:t2:aa1:y1:qe",
      "d1:rd2:id3:abc5:nodes7:abcdefg6:valuesi1eee1:t2:aa1:y1:re",
      "d1:eli1ei2ee1:t0:1:y1:ee",
    ];
    for (const packet of junk) {
      await new Promise((resolve) => socket.send(packet, target.port, "127.0.0.1", resolve));
    }
    socket.close();
    const infohash = Buffer.alloc(20, 3);
    await nodes[1]?.announce(infohash, 7001);
    expect(await peersOf(nodes[2] ?? target, infohash)).toContain(7001);
  }, 20_000);
});
