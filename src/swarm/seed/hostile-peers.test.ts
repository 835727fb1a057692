import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  encodeExtensionHandshake,
  encodeHandshake,
  encodeMessage,
  encodeMetadataMessage,
  HANDSHAKE_BYTES,
  MessageReader,
  parseHandshake,
} from "../../formats/peer-wire/index.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { PeerSource } from "../fetch/peer-source.ts";
import { localServer } from "../testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { TestPeer } from "../testing/test-peer.ts";
import type { SeedServer } from "./seed-server.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-hostile-"));
let seeded: SeededRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let port = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [300_000]);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  server = localServer(torrents, {
    handshakeMs: 500,
    maxConnections: 300,
    maxConnectionsPerAddress: 300,
  });
  port = await server.listen();
});
afterAll(async () => {
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

const infohash = (): Buffer => (seeded.hybrid.infohashV2 ?? Buffer.alloc(20)).subarray(0, 20);

/** Whether an honest peer is served. */
async function serves(): Promise<boolean> {
  const peer = await PeerSource.connect({ host: "127.0.0.1", port }, infohash());
  await peer.ready();
  const block = await peer.block(0, 0, 16_384);
  peer.close();
  return block.length === 16_384;
}

test("slowloris: a hundred that say their handshake byte by byte are let go in time, and hold nobody up", async () => {
  const bytes = encodeHandshake({
    infohash: infohash(),
    peerId: Buffer.alloc(20, "s"),
    hasExtensions: true,
    hasFast: true,
    hasDht: false,
    hasV2: true,
  });
  const slow = Array.from({ length: 100 }, () => new TestPeer(port));
  let sent = 0;
  const dripping = setInterval(() => {
    for (const { socket } of slow) if (!socket.destroyed) socket.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, 50);
  expect(await serves()).toBe(true);
  await Promise.all(slow.map((peer) => peer.untilClosed()));
  clearInterval(dripping);
  expect(sent).toBeLessThan(HANDSHAKE_BYTES);
  expect(server.connections).toBe(0);
});

test("garbage for a handshake, plain or behind a right beginning, closes that connection only", async () => {
  const right = encodeHandshake({
    infohash: infohash(),
    peerId: Buffer.alloc(20, "g"),
    hasExtensions: true,
    hasFast: true,
    hasDht: false,
    hasV2: true,
  });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 900 }), fc.nat(68), async (noise, kept) => {
      const peer = new TestPeer(port);
      peer.socket.end(Buffer.concat([right.subarray(0, kept), noise]));
      await peer.untilClosed();
    }),
    { numRuns: 60 },
  );
  expect(await serves()).toBe(true);
}, 30_000);

test("any messages after a right handshake leave the server serving", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(30), fc.uint8Array({ maxLength: 200 })), { minLength: 1, maxLength: 20 }),
      async (messages) => {
        const peer = new TestPeer(port).greet(infohash());
        const framed = messages.map(([id, payload]) => {
          const head = Buffer.alloc(5);
          head.writeUInt32BE(payload.length + 1);
          head[4] = id;
          return Buffer.concat([head, payload]);
        });
        peer.socket.end(Buffer.concat(framed));
        await peer.untilClosed();
      },
    ),
    { numRuns: 60 },
  );
  expect(await serves()).toBe(true);
}, 30_000);

test("a flood of requests that nobody reads takes bounded memory, and others are served beside it", async () => {
  const peer = new TestPeer(port).greet(infohash()).say({ kind: "interested" });
  await peer.until("unchoke");
  peer.socket.pause();
  const ask = encodeMessage({ kind: "request", piece: 0, beginBytes: 0, lengthBytes: 16_384 });
  const flood = Buffer.concat(Array.from({ length: 5000 }, () => ask));
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 40 && !peer.socket.destroyed; round += 1) peer.socket.write(flood);
  expect(await serves()).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  peer.socket.destroy();
});

describe("metadata without end is not waited for or kept:", () => {
  /** A peer that says that its metadata has so many bytes, and gives each piece as `data` says. */
  async function giver(
    metadataBytes: number,
    data: (piece: number) => Buffer,
  ): Promise<readonly [Server, number]> {
    const giving = createServer((socket) => {
      const reader = new MessageReader();
      let greeting: Buffer | null = Buffer.alloc(0);
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        let rest = chunk;
        if (greeting !== null) {
          greeting = Buffer.concat([greeting, chunk]);
          const handshake = parseHandshake(greeting);
          if (handshake === null) return;
          rest = greeting.subarray(HANDSHAKE_BYTES);
          greeting = null;
          socket.write(encodeHandshake({ ...handshake, peerId: Buffer.alloc(20, "m") }));
          const payload = encodeExtensionHandshake({
            extensions: new Map([["ut_metadata", 1]]),
            metadataBytes,
            maxRequests: null,
            port: null,
            client: null,
            isUploadOnly: true,
          });
          socket.write(encodeMessage({ kind: "extended", extension: 0, payload }));
        }
        for (const message of reader.push(rest)) {
          if (message.kind !== "extended" || message.extension !== 1) continue;
          const piece = Number(/5:piecei(\d+)e/.exec(message.payload.toString("latin1"))?.[1]);
          const payload = encodeMetadataMessage({
            kind: "data",
            piece,
            totalBytes: metadataBytes,
            data: data(piece),
          });
          socket.write(encodeMessage({ kind: "extended", extension: 1, payload }));
        }
      });
    });
    await new Promise<void>((resolve) => giving.listen(0, "127.0.0.1", resolve));
    const address = giving.address();
    return [giving, typeof address === "object" ? (address?.port ?? 0) : 0];
  }

  test.each([
    ["two gigabytes are claimed", 2 ** 31 - 1, () => Buffer.alloc(16_384), "has no metadata to give"],
    ["less comes than was claimed", 100_000, () => Buffer.alloc(100), "of another length"],
    ["more comes than was claimed", 20_000, () => Buffer.alloc(60_000), "of another length"],
  ])("%s", async (_what, claimed, data, reason) => {
    const [giving, at] = await giver(claimed, data);
    const peer = await PeerSource.connect({ host: "127.0.0.1", port: at }, infohash(), { encryption: "off" });
    await expect(peer.metadata()).rejects.toThrow(reason);
    peer.close();
    giving.close();
  });
});
