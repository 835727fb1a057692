import fc from "fast-check";
import { expect, it } from "vitest";
import { parseIsrcField } from "./isrc-field.ts";

const A = "USRC17607839";
const B = "GBAYE6800001";

it.each([
  [`${A};${B}`, [A, B]],
  [`${A} / ${B}`, [A, B]],
  [`${A}, ${B}`, [A, B]],
  [`${A} ${B}`, [A, B]],
  [`${A}\0${B}\0`, [A, B]],
  ["US-RC1-76-07839; GB AYE 68 00001", [A, B]],
  ["US RC1 76 07839", [A]],
  [`ISRC ${A}`, [A]],
  [`${A};${A}`, [A, A]],
  [";;/ ,\0", []],
])("finds the codes of %j", (raw, codes) => {
  expect(parseIsrcField(raw).map((entry) => entry.result)).toEqual(
    codes.map((value) => ({ ok: true, value })),
  );
});

it("keeps a malformed part as it stood, with its reason", () => {
  expect(parseIsrcField(`${A};unknown`)).toEqual([
    { raw: A, result: { ok: true, value: A } },
    { raw: "unknown", result: { ok: false, reason: "an ISRC has 12 characters, this has 7" } },
  ]);
});

it("does not cut one malformed code written with spaces into several", () => {
  expect(parseIsrcField("US RC1 76 0783").map((entry) => entry.raw)).toEqual(["US RC1 76 0783"]);
});

it("stops after 64 entries of a hostile field", () => {
  expect(parseIsrcField("x;".repeat(100_000))).toHaveLength(64);
});

it("never throws", () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (raw) => Array.isArray(parseIsrcField(raw))));
});
