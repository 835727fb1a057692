import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeExtensionHandshake,
  encodeMetadataMessage,
  parseExtensionHandshake,
  parseMetadataMessage,
} from "./extensions.ts";
import { encodeHandshake, HANDSHAKE_BYTES, parseHandshake } from "./handshake.ts";

describe("the handshake", () => {
  const said = {
    infohash: Buffer.alloc(20, 0xaa),
    peerId: Buffer.from("-DW0100-abcdefghijkl"),
    hasExtensions: true,
    hasFast: true,
    hasDht: false,
    hasV2: true,
  };

  test("is 68 bytes, with its flags where BEP 6, 10 and 52 have them", () => {
    const bytes = encodeHandshake(said);
    expect(bytes.subarray(0, 28).toString("hex")).toBe(
      "13426974546f7272656e742070726f746f636f6c0000000000100014",
    );
    expect(bytes).toHaveLength(HANDSHAKE_BYTES);
    expect(parseHandshake(bytes)).toEqual(said);
  });

  test.each([
    ["one byte short", (bytes: Buffer) => bytes.subarray(0, 67)],
    [
      "another protocol",
      (bytes: Buffer) => Buffer.concat([Buffer.from("\x13bitTorrent"), bytes.subarray(11)]),
    ],
    ["nothing", () => Buffer.alloc(0)],
  ])("is refused: %s", (_what, change) => {
    expect(parseHandshake(change(encodeHandshake(said)))).toBeNull();
  });
});

describe("the extended handshake", () => {
  test("is read as it was written", () => {
    const said = {
      extensions: new Map([
        ["ut_metadata", 2],
        ["ut_pex", 1],
      ]),
      metadataBytes: 31_235,
      maxRequests: 500,
      port: 6881,
      client: "Deadwax",
      isUploadOnly: true,
    };
    expect(parseExtensionHandshake(encodeExtensionHandshake(said))).toEqual(said);
  });

  test("is taken with its keys in another order, and without what makes no sense", () => {
    const parsed = parseExtensionHandshake(
      Buffer.from("d4:reqqi-1e1:md11:ut_metadatai3e6:ut_pexi999ee13:metadata_size1:xe"),
    );
    expect(parsed).toMatchObject({ metadataBytes: null, maxRequests: null });
    expect([...(parsed?.extensions ?? [])]).toEqual([["ut_metadata", 3]]);
  });

  test.each(["", "le", "d1:mi1e", "de1", "d1:mde1:mdee"])("is refused: %j", (text) => {
    expect(parseExtensionHandshake(Buffer.from(text))).toBeNull();
  });
});

describe("ut_metadata", () => {
  test("a piece stands behind its dictionary", () => {
    const message = { kind: "data" as const, piece: 1, totalBytes: 20_000, data: Buffer.from("dead") };
    expect(encodeMetadataMessage(message).toString()).toBe(
      "d8:msg_typei1e5:piecei1e10:total_sizei20000eedead",
    );
    expect(parseMetadataMessage(encodeMetadataMessage(message))).toEqual(message);
  });

  test.each(["request", "reject"] as const)("%s is read as it was written", (kind) => {
    expect(parseMetadataMessage(encodeMetadataMessage({ kind, piece: 4 }))).toEqual({ kind, piece: 4 });
  });

  test("any bytes give a message or null", () => {
    const soup = fc.array(fc.constantFrom("d", "e", "i", "1", "8:msg_type", "5:piece", ":", "-"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(soup, (parts) => {
        const payload = Buffer.from(parts.join(""));
        expect(parseMetadataMessage(payload)?.piece ?? 0).toBeGreaterThanOrEqual(0);
        expect(parseExtensionHandshake(payload)?.extensions.size ?? 0).toBeLessThanOrEqual(100);
      }),
      { numRuns: 2000 },
    );
  });
});
