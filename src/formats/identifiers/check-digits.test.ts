import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDpid } from "./dpid.ts";
import { parseGtin } from "./gtin.ts";
import { parseIpiBase } from "./ipi-base.ts";
import { parseIpiName } from "./ipi-name.ts";
import { formatIsni, parseIsni } from "./isni.ts";
import { formatIswc, parseIswc } from "./iswc.ts";
import { parseMbid } from "./mbid.ts";

type Parser = (raw: string) => { readonly ok: boolean };

// The weights of ISWC and IPI base numbers share factors with 10, except at these positions.
const COPRIME = [1, 3, 7, 9, 10];
const PARSERS: readonly (readonly [string, Parser, string, readonly number[] | "all"])[] = [
  ["GTIN", parseGtin, "4006381333931", "all"],
  ["ISWC", parseIswc, "T0345246801", COPRIME],
  ["IPI base number", parseIpiBase, "I1234567893", COPRIME],
  ["IPI name number", parseIpiName, "00014107338", "all"],
  ["ISNI", parseIsni, "000000012146438X", "all"],
  ["DPID", parseDpid, "PADPIDA2013020802I", "all"],
];

describe.each(PARSERS)("%s", (_name, parse, good, guarded) => {
  it("takes the good example", () => {
    expect(parse(good).ok).toBe(true);
  });

  it("notices every single wrong digit where the scheme can", () => {
    for (let at = 0; at < good.length; at++) {
      if (!/[0-9]/.test(good.charAt(at)) || (guarded !== "all" && !guarded.includes(at))) continue;
      for (let digit = 0; digit < 10; digit++) {
        const changed = good.slice(0, at) + digit + good.slice(at + 1);
        if (changed !== good) expect(parse(changed).ok, changed).toBe(false);
      }
    }
  });

  it("refuses emptiness, shortness and length, and never throws", () => {
    for (const raw of ["", good.slice(0, 4), `${good}0`, good.repeat(40)]) {
      expect(parse(raw).ok, raw).toBe(false);
    }
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (raw) => typeof parse(raw).ok === "boolean"));
  });
});

describe("parseGtin", () => {
  it.each([
    ["73513537", "GTIN-8", "00000073513537"],
    ["036000291452", "GTIN-12", "00036000291452"],
    ["0036000291452", "GTIN-13", "00036000291452"],
    ["4-006381-333931", "GTIN-13", "04006381333931"],
    ["10614141000415", "GTIN-14", "10614141000415"],
  ])("reads %s as %s", (raw, kind, gtin14) => {
    expect(parseGtin(raw)).toMatchObject({ ok: true, value: { kind, gtin14 } });
  });

  it.each(["00000000", "0000000000000", "12345", "036000291453", "03600029145A"])("refuses %s", (raw) => {
    expect(parseGtin(raw).ok).toBe(false);
  });
});

it.each([
  ["T-034.524.680-1", "T0345246801"],
  ["t-034.524.680-1", "T0345246801"],
  ["T9270264761", "T9270264761"],
  ["ISWC T-034.524.680-1", "T0345246801"],
])("reads the ISWC %s", (raw, value) => {
  expect(parseIswc(raw)).toEqual({ ok: true, value });
});

it("refuses an ISWC with a wrong check digit", () => {
  expect(parseIswc("T1234567893")).toEqual({ ok: false, reason: "wrong check digit" });
});

it("writes codes for people in a form that reads back", () => {
  expect(formatIswc("T0345246801")).toBe("T-034.524.680-1");
  expect(formatIsni("000000012146438X")).toBe("0000 0001 2146 438X");
});

it.each([
  ["I-123456789-3", true],
  ["I-123456789-4", false],
  ["123456789-3", false],
])("says of the IPI base number %s: %s", (raw, good) => {
  expect(parseIpiBase(raw).ok).toBe(good);
});

it.each([
  ["00014107338", "00014107338"],
  ["14107338", "00014107338"],
  ["00000000297", "00000000297"],
  ["199", "00000000199"],
])("pads the IPI name number %s to eleven digits", (raw, value) => {
  expect(parseIpiName(raw)).toEqual({ ok: true, value });
});

it.each([
  ["0000 0001 2103 2683", "0000000121032683"],
  ["ISNI 0000 0001 2146 438x", "000000012146438X"],
])("reads the ISNI %s", (raw, value) => {
  expect(parseIsni(raw)).toEqual({ ok: true, value });
});

it.each([
  ["PADPIDA2013020802I", true],
  ["PA-DPIDA-2013020802-I", true],
  ["PADPIDA2013020801I", false],
])("says of the DPID %s: %s", (raw, good) => {
  expect(parseDpid(raw).ok).toBe(good);
});

it.each([
  ["8F3471B5-7E6A-48DA-86A9-C1C07A0F47AE", "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"],
  [" 8f3471b5-7e6a-48da-86a9-c1c07a0f47ae\n", "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"],
])("reads the MBID %j", (raw, value) => {
  expect(parseMbid(raw)).toEqual({ ok: true, value });
});

it.each([
  "",
  "8f3471b57e6a48da86a9c1c07a0f47ae",
  "00000000-0000-0000-0000-000000000000",
  "8f3471b5-7e6a-48da-86a9-c1c07a0f47ag",
  `8f3471b5-7e6a-48da-86a9-c1c07a0f47ae${" ".repeat(400)}x`,
])("refuses the MBID %j", (raw) => {
  expect(parseMbid(raw).ok).toBe(false);
});
