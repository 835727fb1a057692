import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { callPeer, type Encryption } from "./greet.ts";

const HANDSHAKE = {
  infohash: Buffer.alloc(20, 7),
  peerId: Buffer.alloc(20, "x"),
  hasExtensions: true,
  hasFast: true,
  hasDht: false,
  hasV2: false,
};

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** First bytes of every connection to one that hangs up on all. */
async function callsTo(encryption: Encryption): Promise<readonly string[]> {
  const firsts: Buffer[] = [];
  const listening = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (chunk: Buffer) => {
      firsts.push(chunk);
      socket.destroy();
    });
  });
  server = listening;
  const port = await new Promise<number>((resolve) => {
    listening.listen(0, "127.0.0.1", () => {
      const address = listening.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  expect((await callPeer({ host: "127.0.0.1", port }, HANDSHAKE, encryption)).ok).toBe(false);
  const keys = firsts
    .filter((first) => first[0] !== 19)
    .map((first) => first.subarray(0, 96).toString("hex"));
  expect(new Set(keys).size).toBe(keys.length);
  return firsts.map((first) => (first[0] === 19 && first.includes("BitTorrent") ? "plain" : "encrypted"));
}

test("one that hangs up on an encrypted handshake is called once more with another key", async () => {
  expect(await callsTo("require")).toEqual(["encrypted", "encrypted"]);
  expect(await callsTo("prefer")).toEqual(["encrypted", "plain", "encrypted"]);
  expect(await callsTo("off")).toEqual(["plain"]);
});

test("one that is not there is not called again and again", async () => {
  const listening = createServer();
  const port = await new Promise<number>((resolve) => {
    listening.listen(0, "127.0.0.1", () => {
      const address = listening.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => listening.close(resolve));
  const greeting = await callPeer({ host: "127.0.0.1", port }, HANDSHAKE, "require");
  expect(greeting).toMatchObject({ ok: false });
  expect(greeting.ok ? "" : greeting.reason).not.toMatch(/closed/);
});
