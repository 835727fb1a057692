import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageReader } from "./message-reader.ts";
import { encodeMessage, type PeerMessage } from "./messages.ts";
import { PeerFault } from "./parse-message.ts";

type Sendable = Exclude<PeerMessage, { kind: "unknown" }>;
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const blockRange = { piece: uint32, beginBytes: uint32, lengthBytes: uint32 };
const hashRange = {
  piecesRoot: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array)),
  baseLayer: uint32,
  index: uint32,
  length: uint32,
  proofLayers: uint32,
};
const message: fc.Arbitrary<Sendable> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      "keep-alive" as const,
      "choke" as const,
      "unchoke" as const,
      "interested" as const,
      "not-interested" as const,
      "have-all" as const,
      "have-none" as const,
    ),
  }),
  fc.record({
    kind: fc.constantFrom("have" as const, "suggest-piece" as const, "allowed-fast" as const),
    piece: uint32,
  }),
  fc.record({ kind: fc.constant("bitfield" as const), bits: bytes(40) }),
  fc.record({
    kind: fc.constantFrom("request" as const, "cancel" as const, "reject-request" as const),
    ...blockRange,
  }),
  fc.record({ kind: fc.constant("piece" as const), piece: uint32, beginBytes: uint32, block: bytes(60) }),
  fc.record({ kind: fc.constant("port" as const), port: fc.integer({ min: 0, max: 65_535 }) }),
  fc.record({ kind: fc.constant("extended" as const), extension: fc.nat(255), payload: bytes(60) }),
  fc.record({ kind: fc.constantFrom("hash-request" as const, "hash-reject" as const), ...hashRange }),
  fc.record({
    kind: fc.constant("hashes" as const),
    ...hashRange,
    hashes: fc.nat(3).map((count) => Buffer.alloc(count * 32, count)),
  }),
);

/** What the reader gives when the bytes come cut at these places; views are copied as a caller would have to. */
function readAll(stream: Buffer, cuts: readonly number[]): PeerMessage[] {
  const reader = new MessageReader();
  const found: PeerMessage[] = [];
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  for (let index = 1; index < places.length; index += 1) {
    for (const one of reader.push(stream.subarray(places[index - 1], places[index]))) {
      found.push(structuredClone(one));
    }
  }
  return found;
}

function plain(messages: readonly PeerMessage[]): unknown {
  return messages.map((one) =>
    Object.fromEntries(
      Object.entries(one).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
      ]),
    ),
  );
}

describe("MessageReader", () => {
  test.each([
    ["00000000", { kind: "keep-alive" }],
    ["0000000101", { kind: "unchoke" }],
    ["000000050400000007", { kind: "have", piece: 7 }],
    [
      "0000000d06000000010000400000004000",
      { kind: "request", piece: 1, beginBytes: 16_384, lengthBytes: 16_384 },
    ],
    ["0000000b070000000200000000abcd", { kind: "piece", piece: 2, beginBytes: 0, block: "abcd" }],
    ["0000000309" + "1ae1", { kind: "port", port: 6881 }],
    ["00000002" + "63ff", { kind: "unknown", id: 99 }],
  ])("reads %s", (hex, expected) => {
    expect(plain(readAll(Buffer.from(hex, "hex"), []))).toEqual([expected]);
  });

  test("gives back what was written, however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, cuts) => {
          const stream = Buffer.concat(sent.map(encodeMessage));
          expect(plain(readAll(stream, cuts))).toEqual(plain(sent));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["a message without end", "7fffffff00"],
    ["a choke with a payload", "000000020000"],
    ["a have that is short", "0000000404000000"],
    ["a request that is long", "0000000e060000000100004000000040000000"],
    ["a block without its offset", "000000050700000001"],
    ["an extended message without its id", "0000000114"],
    ["hashes of half a hash", `00000041${"16"}${"00".repeat(64)}`],
  ])("refuses %s", (_what, hex) => {
    expect(() => readAll(Buffer.from(hex, "hex"), [])).toThrow(PeerFault);
  });

  test("holds no more than what came, whatever length is claimed", () => {
    const reader = new MessageReader();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 1000; index += 1) {
      expect([...new MessageReader().push(Buffer.from("0010000014", "hex"))]).toEqual([]);
    }
    expect([...reader.push(Buffer.from("0010000014", "hex"))]).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  test("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 5 }), (soup, cuts) => {
        try {
          readAll(Buffer.from(soup), cuts);
        } catch (error) {
          if (!(error instanceof PeerFault)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
