import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { PeerSource } from "../fetch/peer-source.ts";
import { callPeer } from "../peer/greet.ts";
import { localServer } from "../testing/local-server.ts";
import { loopbackAddresses } from "../testing/loopback.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { TestPeer } from "../testing/test-peer.ts";
import type { SeedServerOptions } from "./seed-server.ts";
import { UploadLimits } from "./upload-limits.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-limits-"));
const closing: (() => unknown)[] = [];
let seeded: SeededRelease;
let torrents: SharedTorrents;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [300_000]);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await torrents.close();
  rmSync(root, { recursive: true });
});

async function serve(change: Partial<SeedServerOptions> = {}): Promise<number> {
  const server = localServer(torrents, {
    maxConnections: 40,
    maxConnectionsPerAddress: 40,
    uploadSlots: 10,
    ...change,
  });
  closing.push(() => server.close());
  return await server.listen();
}

function connect(port: number, infohash: Buffer, hasV2 = true): TestPeer {
  const peer = new TestPeer(port).greet(infohash, true, hasV2);
  closing.push(() => peer.socket.destroy());
  return peer;
}

const v1 = (): Buffer => seeded.hybrid.infohashV1 ?? fail();
const v2 = (): Buffer => (seeded.hybrid.infohashV2 ?? fail()).subarray(0, 20);

test("of more connections for one release than are allowed the last are let go", async () => {
  const port = await serve({ maxConnectionsPerRelease: 3 });
  const peers: TestPeer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const peer = connect(port, index === 0 ? v1() : v2());
    await peer.until("have-all");
    peers.push(peer);
  }
  await connect(port, v2()).untilClosed();
  peers[0]?.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await connect(port, v2()).until("have-all");
});

test("a release has a rate of its own, whichever of its torrents is asked for", async () => {
  const limits = new UploadLimits(null, 400_000);
  closing.push(() => limits.close());
  const port = await serve({ limits });
  const startedMs = performance.now();
  const fetchAll = async (infohash: Buffer): Promise<void> => {
    const peer = await PeerSource.connect({ host: "127.0.0.1", port }, infohash);
    closing.push(() => peer.close());
    await peer.ready();
    await Promise.all(
      Array.from({ length: 16 }, (_, index) => peer.block(index >> 1, (index & 1) * 16_384, 16_384)),
    );
  };
  await Promise.all([fetchAll(v1()), fetchAll(v2())]);
  // 524,288 bytes, of which 100,000 may go at once and the last 32,768 are not waited for.
  expect(performance.now() - startedMs).toBeGreaterThan(900);
  expect(limits.of("another")).not.toBe(limits.of("seeded"));
});

describe("a connection for the v1 id of a hybrid", () => {
  test("goes over to the v2 id when the peer can (BEP 52)", async () => {
    const peer = connect(await serve(), v1());
    await peer.until("have-all");
    expect(peer.answered?.infohash).toEqual(v2());
    peer.say({ kind: "interested" });
    await peer.until("unchoke");
    peer.say({ kind: "request", piece: 0, beginBytes: 0, lengthBytes: 16_384 });
    await peer.until("piece");
  });
  test("stays with it when the peer cannot", async () => {
    const peer = connect(await serve(), v1(), false);
    await peer.until("have-all");
    expect(peer.answered?.infohash).toEqual(v1());
  });
  test("is taken over when we are the ones who called; one that becomes another torrent is not", async () => {
    const port = await serve();
    const flags = { hasExtensions: true, hasFast: true, hasDht: false, hasV2: true };
    const ours = { infohash: v1(), peerId: Buffer.alloc(20, "x"), ...flags };
    const address = { host: "127.0.0.1", port };
    const greeting = await callPeer(address, ours, "require", { upgraded: v2() });
    expect(greeting.ok && greeting.handshake.infohash.equals(v2())).toBe(true);
    if (greeting.ok) greeting.socket.destroy();
    expect(await callPeer(address, ours, "off", { upgraded: Buffer.alloc(20) })).toMatchObject({ ok: false });
  });
});

test("IPv4 and IPv6 are served from one port, and limits hold for both", async () => {
  const port = await serve({ host: undefined, maxConnectionsPerAddress: 1 });
  for (const host of loopbackAddresses()) {
    const peer = await PeerSource.connect({ host, port }, v2());
    closing.push(() => peer.close());
    await peer.ready();
    expect(await peer.block(0, 0, 16_384)).toHaveLength(16_384);
    const second = PeerSource.connect({ host, port }, v2(), { encryption: "off" });
    await expect(second).rejects.toThrow();
  }
});

describe("super-seeding", () => {
  test("offers two pieces, refuses others, and goes on as others have them", async () => {
    const port = await serve({ isSuperSeeded: () => true });
    const [one, two] = [connect(port, v2()), connect(port, v1(), false)];
    await one.until("have-none");
    const first = [(await one.until("have")).piece, (await one.until("have")).piece];
    await two.until("have-none");
    const second = [(await two.until("have")).piece, (await two.until("have")).piece];
    expect([first, second]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    one.say({ kind: "interested" });
    await one.until("unchoke");
    const block = { beginBytes: 0, lengthBytes: 16_384 };
    one.say({ kind: "request", piece: 2, ...block });
    expect(await one.until("reject-request")).toMatchObject({ piece: 2 });
    one.say({ kind: "request", piece: 1, ...block });
    expect(await one.until("piece")).toMatchObject({ piece: 1 });
    one.say({ kind: "have", piece: 1 });
    two.say({ kind: "have", piece: 1 });
    expect((await one.until("have")).piece).toBe(4);
  });
});

function fail(): never {
  throw new Error("it has to be there");
}
