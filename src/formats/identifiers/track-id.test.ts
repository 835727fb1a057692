import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase32, encodeBase32 } from "./crockford-base32.ts";
import { parseTrackId, trackIdFromBigInt, trackIdOf, trackIdToBigInt } from "./track-id.ts";

const id64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

describe("Crockford base32 of 64 bits", () => {
  it.each([
    [0n, "0000000000000"],
    [1n, "0000000000001"],
    [31n, "000000000000Z"],
    [32n, "0000000000010"],
    [(1n << 64n) - 1n, "FZZZZZZZZZZZZ"],
  ])("writes %s as %s", (value, text) => {
    expect(encodeBase32(value)).toBe(text);
    expect(decodeBase32(text)).toEqual({ ok: true, value });
  });

  it("reads back what it wrote, also in lower case", () => {
    fc.assert(
      fc.property(id64, (value) => {
        expect(decodeBase32(encodeBase32(value))).toEqual({ ok: true, value });
        expect(decodeBase32(encodeBase32(value).toLowerCase())).toEqual({ ok: true, value });
      }),
    );
  });

  it("sorts as text as the numbers sort", () => {
    fc.assert(fc.property(id64, id64, (a, b) => a < b === encodeBase32(a) < encodeBase32(b)));
  });

  it("reads I and L as 1, O as 0", () => {
    expect(decodeBase32("0OoIiLl000000")).toEqual(decodeBase32("0001111000000"));
  });

  it.each([
    "",
    "000000000000",
    "00000000000000",
    "000000000000U",
    "G000000000000",
    "00000-0000000",
    "ß000000000000",
  ])("refuses %j", (text) => {
    expect(decodeBase32(text).ok).toBe(false);
  });

  it("refuses to write a number that is not 64 bits wide", () => {
    expect(() => encodeBase32(-1n)).toThrow(RangeError);
    expect(() => encodeBase32(1n << 64n)).toThrow(RangeError);
  });
});

describe("track ids", () => {
  it("are the first eight bytes of a SHA-256 over source, zero, key", () => {
    const digest = createHash("sha256").update(Buffer.from("audio\0a/b.ogg", "utf8")).digest("hex");
    expect(trackIdToBigInt(trackIdOf("audio", "a/b.ogg"))).toEqual({
      ok: true,
      value: BigInt(`0x${digest.slice(0, 16)}`),
    });
  });

  it("are the same for a key given as text and as its bytes", () => {
    const key = new TextEncoder().encode("Ärger.ogg");
    expect(trackIdOf("audio", key)).toBe(trackIdOf("audio", "Ärger.ogg"));
  });

  it("tell apart where the source ends and the key begins", () => {
    expect(trackIdOf("ab", "c")).not.toBe(trackIdOf("a", "bc"));
    expect(() => trackIdOf("a\0b", "c")).toThrow(RangeError);
  });

  it("never change: this one is written down", () => {
    expect(trackIdOf("audio", "usr/share/music/one.ogg")).toBe("C1GE7DJ3SSBZG");
  });

  it("come back canonical from what a person typed", () => {
    fc.assert(
      fc.property(id64, (value) => {
        const id = trackIdFromBigInt(value);
        expect(parseTrackId(` ${id.toLowerCase()} `)).toEqual({ ok: true, value: id });
      }),
    );
  });
});
