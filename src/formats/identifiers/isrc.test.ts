import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIsrc, ISRC_CODE_COUNT, packIsrc, parseIsrc, unpackIsrc } from "./isrc.ts";

const code = fc
  .tuple(fc.stringMatching(/^[A-Z]{2}[A-Z0-9]{3}$/), fc.integer({ min: 0, max: 9_999_999 }))
  .map(([prefix, digits]) => prefix + digits.toString().padStart(7, "0"));

describe("parseIsrc", () => {
  it.each([
    ["USRC17607839", "USRC17607839"],
    ["us-rc1-76-07839", "USRC17607839"],
    ["US RC1 76 07839", "USRC17607839"],
    ["ISRC US-RC1-76-07839", "USRC17607839"],
    ["ISRC:GBAYE6800001", "GBAYE6800001"],
    ["US‐RC1‑76–07839", "USRC17607839"],
    ["QZ1230500001", "QZ1230500001"],
    ["ISRC17607839", "ISRC17607839"],
    ["ISRC ISRC17607839", "ISRC17607839"],
  ])("reads %j as %s", (raw, value) => {
    expect(parseIsrc(raw)).toEqual({ ok: true, value });
  });

  it.each([
    "",
    "  ",
    "USRC1760783",
    "USRC176078390",
    "1SRC17607839",
    "USRC1760783A",
    "US_RC17607839",
    "ÜSRC17607839",
  ])("refuses %j with a reason", (raw) => {
    expect(parseIsrc(raw)).toMatchObject({ ok: false, reason: expect.any(String) });
  });

  it("refuses a code with rubbish far behind it", () => {
    expect(parseIsrc(`USRC17607839${" ".repeat(300)}X`).ok).toBe(false);
  });

  it("never throws, whatever the string", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (raw) => typeof parseIsrc(raw).ok === "boolean"));
  });
});

describe("packIsrc", () => {
  it.each([
    ["AA00000" + "00000", 0n],
    ["AA00000" + "00001", 1n],
    ["AA0019999999".slice(0, 12), 19_999_999n],
    ["ZZZZZ9999999", ISRC_CODE_COUNT - 1n],
  ])("packs %s as %s", (text, packed) => {
    expect(packIsrc(text)).toEqual({ ok: true, value: packed });
    expect(unpackIsrc(packed)).toEqual({ ok: true, value: text });
  });

  it("needs 49 bits and no more", () => {
    expect(ISRC_CODE_COUNT).toBeLessThanOrEqual(1n << 49n);
    expect(ISRC_CODE_COUNT).toBeGreaterThan(1n << 48n);
  });

  it("unpacks what it packed, and keeps the order of the codes", () => {
    fc.assert(
      fc.property(code, code, (a, b) => {
        const packedA = packIsrc(a);
        const packedB = packIsrc(b);
        if (!packedA.ok || !packedB.ok) return false;
        expect(unpackIsrc(packedA.value)).toEqual({ ok: true, value: a });
        return packedA.value < packedB.value === a < b;
      }),
    );
  });

  it("refuses what is not canonical and what is out of range", () => {
    expect(packIsrc("us-rc1-76-07839").ok).toBe(false);
    expect(unpackIsrc(-1n).ok).toBe(false);
    expect(unpackIsrc(ISRC_CODE_COUNT).ok).toBe(false);
  });
});

it("formats a code with its hyphens, which parse back", () => {
  expect(formatIsrc("USRC17607839")).toBe("US-RC1-76-07839");
  fc.assert(
    fc.property(code, (text) => {
      expect(parseIsrc(formatIsrc(text))).toEqual({ ok: true, value: text });
    }),
  );
});
