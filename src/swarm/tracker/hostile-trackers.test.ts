import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Announce } from "../../formats/tracker/index.ts";
import { Trackers } from "./trackers.ts";

const announce: Announce = {
  infohash: Buffer.alloc(20, 1),
  peerId: Buffer.alloc(20, 2),
  port: 6881,
  uploadedBytes: 0,
  downloadedBytes: 0,
  leftBytes: 1,
  event: "started",
  wantedPeers: 50,
  key: 7,
};
const trackers = new Trackers({ firstWaitMs: 50, tries: 2 });
let web: Server;
let base = "";
let asked = 0;

beforeAll(async () => {
  web = createServer((request, response) => {
    asked += 1;
    const path = (request.url ?? "").split("?")[0];
    if (path === "/itself") response.writeHead(302, { location: request.url ?? "" }).end();
    else if (path === "/file") response.writeHead(302, { location: "file:///etc/passwd" }).end();
    else if (path === "/endless") {
      const chunk = Buffer.alloc(65_536, "l");
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    } else if (path === "/bomb") response.end("l".repeat(900_000));
    else if (path === "/many") response.end(`d5:peers${6 * 100_000}:${"\x01".repeat(6 * 100_000)}e`);
    else response.end("i1e");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const address = web.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => {
  web.closeAllConnections();
  web.close();
});

describe("an HTTP tracker gets nothing by", () => {
  test.each([
    ["redirecting to itself", "/itself", "redirects more than"],
    ["redirecting to a file", "/file", "no web address"],
    ["a body without end", "/endless", "sends more than"],
    ["a bencode bomb", "/bomb", "no bencode"],
    ["another kind of answer", "/number", "no dictionary"],
  ])("%s", async (_what, path, reason) => {
    const answer = await trackers.announce(base + path, announce);
    expect(answer).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("redirecting from the internet into a private network: nobody is asked there", async () => {
    for (const location of [
      "http://127.0.0.1:1/",
      "http://[::1]:1/",
      "http://192.168.1.1/",
      "http://0x7f.1/",
    ]) {
      const fetched: string[] = [];
      vi.stubGlobal("fetch", (url: URL) => {
        fetched.push(url.href);
        return Promise.resolve(new Response(null, { status: 302, headers: { location } }));
      });
      const answer = await trackers.announce("http://tracker.example/announce", announce);
      expect(answer).toEqual({ ok: false, reason: expect.stringContaining("private network") });
      expect(fetched).toHaveLength(1);
    }
  });

  test("naming a hundred thousand peers: a thousand are read", async () => {
    const answer = await trackers.announce(`${base}/many`, announce);
    expect(answer.ok && answer.value.peers.length).toBe(1000);
    expect(asked).toBeGreaterThan(0);
  });
});

describe("a UDP tracker gets nothing by", () => {
  const answers: readonly (readonly [string, (packet: Buffer, step: number) => Buffer | null])[] = [
    ["silence", () => null],
    ["an answer to another question", (packet) => reply(packet, (bytes) => bytes.writeUInt32BE(9, 0))],
    [
      "another transaction",
      (packet) => reply(packet, (bytes) => bytes.writeUInt32BE((packet.readUInt32BE(12) ^ 1) >>> 0, 4)),
    ],
    ["eight bytes", (packet) => reply(packet, () => {}).subarray(0, 8)],
    [
      "a huge error",
      (packet) =>
        Buffer.concat([reply(packet, (bytes) => bytes.writeUInt32BE(3, 0)), Buffer.alloc(60_000, "x")]),
    ],
    [
      "a right beginning and noise after that",
      (packet, step) => (step === 0 ? reply(packet, () => {}) : Buffer.alloc(50_000, 0xff)),
    ],
  ];
  test.each(answers)("%s", async (_what, answer) => {
    const socket = await server(answer);
    const result = await trackers.announce(`udp://127.0.0.1:${socket.address().port}`, announce);
    socket.close();
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.reason.length).toBeLessThan(300);
  });
});

/** 16 bytes that answer a `connect`, changed. */
function reply(packet: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(packet.readUInt32BE(8), 0);
  bytes.writeUInt32BE(packet.readUInt32BE(12), 4);
  change(bytes);
  return bytes;
}

async function server(answer: (packet: Buffer, step: number) => Buffer | null): Promise<Socket> {
  const socket = createSocket("udp4");
  let step = 0;
  socket.on("message", (packet, from) => {
    const bytes = answer(packet, step);
    step += 1;
    if (bytes) socket.send(bytes, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket;
}
