import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { encodeMessage, encodeMetadataMessage } from "../../formats/peer-wire/index.ts";
import { merkleRoot } from "../../formats/torrent/merkle.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { localServer } from "../testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { type Sendable, TestPeer } from "../testing/test-peer.ts";
import type { SeedServer } from "./seed-server.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-seed-"));
const peers: TestPeer[] = [];
const faults: string[] = [];
let seeded: SeededRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let port = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [300_000, 70_000]);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  server = localServer(torrents, {
    maxConnections: 40,
    maxConnectionsPerAddress: 20,
    uploadSlots: 4,
    onFault: ({ reason }) => faults.push(reason),
  });
  port = await server.listen();
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.socket.destroy();
  faults.splice(0);
});
afterAll(async () => {
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

function newPeer(): TestPeer {
  const peer = new TestPeer(port);
  peers.push(peer);
  return peer;
}

const v1 = (): Buffer => seeded.hybrid.infohashV1 ?? Buffer.alloc(0);
const v2 = (): Buffer => (seeded.hybrid.infohashV2 ?? Buffer.alloc(0)).subarray(0, 20);

describe("a peer that behaves", () => {
  test("gets blocks, by the v1 and the v2 id", async () => {
    for (const infohash of [v1(), v2()]) {
      const peer = newPeer().greet(infohash);
      await peer.until("have-all");
      peer.say({ kind: "interested" });
      await peer.until("unchoke");
      const file = seeded.hybrid.files.find(({ path }) => path[0] === "data");
      const piece = (file?.offsetBytes ?? 0) / seeded.hybrid.pieceLengthBytes;
      peer.say({ kind: "request", piece, beginBytes: 1000, lengthBytes: 16_384 });
      const { block } = await peer.until("piece");
      const { content } = await torrents.load(torrents.find(infohash) ?? fail());
      const expected = Buffer.alloc(16_384);
      await content.readInto([expected], (file?.offsetBytes ?? 0) + 1000);
      expect(block.equals(expected)).toBe(true);
      expect(block.equals(Buffer.alloc(16_384))).toBe(false);
    }
  });

  test("gets a bitfield when it knows no fast extension", async () => {
    const peer = newPeer().greet(v1(), false);
    const { bits } = await peer.until("bitfield");
    const pieces = Math.ceil((seeded.hybrid.piecesV1?.length ?? 0) / 20);
    const ones = [...bits].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
    expect(ones).toBe(pieces);
  });

  test("gets the leaves of a piece with a path to the root", async () => {
    const file = seeded.hybrid.files.find(({ path }) => path[0] === "data");
    const piecesRoot = file?.piecesRoot ?? Buffer.alloc(0);
    const peer = newPeer().greet(v2());
    const leaves = Math.ceil((file?.sizeBytes ?? 0) / 16_384);
    const height = Math.ceil(Math.log2(leaves));
    peer.say({ kind: "hash-request", piecesRoot, baseLayer: 0, index: 4, length: 4, proofLayers: height });
    const { hashes } = await peer.until("hashes");
    // Four leaves, then the uncle at each layer from the second up to just below the root.
    expect(hashes.length / 32).toBe(4 + height - 2);
    let node = merkleRoot(hashes.subarray(0, 128), 2);
    for (let layer = 2, index = 1; layer < height; layer += 1, index >>= 1) {
      const uncle = hashes.subarray((4 + layer - 2) * 32, (4 + layer - 1) * 32);
      node = merkleRoot(Buffer.concat(index % 2 === 0 ? [node, uncle] : [uncle, node]), 1);
    }
    expect(node.equals(piecesRoot)).toBe(true);
  });

  test.each([
    ["an unknown file", { piecesRoot: Buffer.alloc(32, 7) }],
    ["more than 512", { length: 1024 }],
    ["a number that is no power of two", { length: 3 }],
    ["an index that is no multiple", { index: 1 }],
    ["layers that are not there", { baseLayer: 40 }],
    ["proof beyond the root", { proofLayers: 60 }],
  ])("is refused hashes of %s", async (_what, change) => {
    const file = seeded.hybrid.files.find(({ path }) => path[0] === "data");
    const peer = newPeer().greet(v2());
    const range = {
      piecesRoot: file?.piecesRoot ?? Buffer.alloc(32),
      baseLayer: 0,
      index: 0,
      length: 2,
      proofLayers: 0,
    };
    peer.say({ kind: "hash-request", ...range, ...change });
    await peer.until("hash-reject");
  });

  test("hears no from a seeder that has not unchoked it", async () => {
    const peer = newPeer().greet(v1());
    peer.say({ kind: "request", piece: 0, beginBytes: 0, lengthBytes: 16_384 });
    expect(await peer.until("reject-request")).toMatchObject({ piece: 0, beginBytes: 0 });
  });
});

describe("a peer is let go that", () => {
  const rude: readonly (readonly [string, (peer: TestPeer) => void, string | null])[] = [
    ["begins with another protocol", (peer) => peer.socket.write("GET / HTTP/1.1\r\n".repeat(60)), null],
    ["asks for a torrent that is not here", (peer) => peer.greet(null), null],
    [
      "asks for a piece that is not there",
      (peer) => peer.greet(v1()).say(request({ piece: 99_999 })),
      "past the end",
    ],
    [
      "asks past the end of a piece",
      (peer) => peer.greet(v1()).say(request({ beginBytes: 32_000 })),
      "past the end",
    ],
    ["asks for a megabyte", (peer) => peer.greet(v1()).say(request({ lengthBytes: 1 << 20 })), "a block of"],
    ["asks for nothing", (peer) => peer.greet(v1()).say(request({ lengthBytes: 0 })), "a block of"],
    [
      "claims a message of 2 GiB",
      (peer) => peer.greet(v1()).socket.write(Buffer.from("7fffffff00", "hex")),
      "message of",
    ],
    [
      "has a bitfield of another length",
      (peer) => peer.greet(v1()).say({ kind: "bitfield", bits: Buffer.alloc(900) }),
      "bitfield",
    ],
    [
      "sends blocks that nobody asked for",
      (peer) => peer.greet(v1()).say({ kind: "piece", piece: 0, beginBytes: 0, block: Buffer.alloc(9) }),
      "nobody asked",
    ],
    ["has everything itself", (peer) => peer.greet(v1()).say({ kind: "have-all" }), null],
    [
      "sends a bencode bomb for an extended handshake",
      (peer) =>
        peer.greet(v1()).say({ kind: "extended", extension: 0, payload: Buffer.from("l".repeat(60_000)) }),
      "extended handshake",
    ],
  ];
  test.each(rude)("%s", async (_what, act, reason) => {
    const peer = newPeer();
    act(peer);
    await peer.untilClosed();
    if (reason !== null) expect(faults).toEqual([expect.stringContaining(reason)]);
  });
});

test("a flood of requests for metadata that nobody reads does not fill the memory", async () => {
  const peer = newPeer().greet(v1());
  const handshake = Buffer.from("d1:md11:ut_metadatai3eee");
  peer.say({ kind: "extended", extension: 0, payload: handshake });
  await peer.until("have-all");
  peer.socket.pause();
  const ask = encodeMessage({
    kind: "extended",
    extension: 1,
    payload: encodeMetadataMessage({ kind: "request", piece: 0 }),
  });
  const before = process.memoryUsage().rss;
  const flood = Buffer.concat(Array.from({ length: 1000 }, () => ask));
  for (let round = 0; round < 100; round += 1) peer.socket.write(flood);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test("more than are allowed from one address are let go at once", async () => {
  const peers = Array.from({ length: 25 }, () => newPeer());
  for (let wait = 0; wait < 300 && peers.filter(({ isClosed }) => isClosed).length < 5; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(peers.filter(({ isClosed }) => isClosed)).toHaveLength(5);
});

test("a file that is no longer whole is not served", async () => {
  const other = await makeSeededRelease(join(root, "damaged"), [50_000]);
  const [shared] = torrentsOfReleases([other.release]);
  const lost = new SharedTorrents(shared ? [shared] : []);
  const { content } = await lost.load(shared ?? fail());
  const index = content.torrent.files.findIndex(({ path }) => path[0] === "data");
  truncateSync(content.pathOf(index), 1000);
  await expect(
    content.readInto([Buffer.alloc(10)], content.torrent.files[index]?.offsetBytes ?? 0),
  ).rejects.toThrow("is not a file of");
  await lost.close();
});

function request(change: Partial<{ piece: number; beginBytes: number; lengthBytes: number }>): Sendable {
  return { kind: "request", piece: 0, beginBytes: 0, lengthBytes: 16_384, ...change };
}

function fail(): never {
  throw new Error("it has to be there");
}
