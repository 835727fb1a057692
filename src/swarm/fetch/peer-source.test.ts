import { createServer } from "node:net";
import { expect, test } from "vitest";
import { FailedError } from "../../core/index.ts";
import {
  encodeHandshake,
  encodeMessage,
  HANDSHAKE_BYTES,
  parseHandshake,
} from "../../formats/peer-wire/index.ts";
import { PeerSource } from "./peer-source.ts";

test("a peer that says it has everything and never gives anything is not waited for without end", async () => {
  const server = createServer((socket) => {
    let held = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const handshake = held.length >= HANDSHAKE_BYTES ? parseHandshake(held) : null;
      if (handshake === null) return;
      held = Buffer.alloc(0);
      socket.write(encodeHandshake({ ...handshake, peerId: Buffer.alloc(20, "x"), hasExtensions: false }));
      socket.write(encodeMessage({ kind: "have-all" }));
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const address = { host: "127.0.0.1", port };
  const peer = await PeerSource.connect(address, Buffer.alloc(20, 7), { encryption: "off", unchokeMs: 300 });
  const error = await peer.ready().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FailedError);
  expect(String(error)).toMatch(/lets us have nothing/);
  expect(peer.isOpen).toBe(false);
  server.close();
});
