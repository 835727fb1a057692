import { describe, expect, test } from "vitest";
import { type BencodeValue, encodeBencode } from "./encode.ts";

describe("encodeBencode", () => {
  const cases: readonly (readonly [string, BencodeValue, string])[] = [
    ["zero", 0, "693065"],
    ["minus zero as zero", -0, "693065"],
    ["a negative integer", -42, "692d343265"],
    ["an integer beyond 2^53", 9223372036854775807n, "693932323333373230333638353437373538303765"],
    ["an empty string", "", "303a"],
    ["text as UTF-8", "é", "323ac3a9"],
    ["raw bytes", Buffer.from([0, 255]), "323a00ff"],
    ["an empty list", [], "6c65"],
    ["a nested list", ["a", [1]], "6c313a616c6931656565"],
    ["an empty dictionary", new Map(), "6465"],
    [
      "keys sorted as raw bytes",
      new Map<string | Buffer, BencodeValue>([
        [Buffer.from([0xff]), 1],
        ["b", 2],
        ["B", 3],
        ["", 4],
      ]),
      "64303a693465313a42693365313a62693265313aff69316565",
    ],
  ];
  test.each(cases)("writes %s", (_name, value, hex) => {
    expect(encodeBencode(value).toString("hex")).toBe(hex);
  });

  const refused: readonly (readonly [string, BencodeValue])[] = [
    ["a fraction", 1.5],
    ["NaN", Number.NaN],
    ["an inexact number", 2 ** 53],
    ["an integer of 65 bits", 2n ** 63n],
    ["a lone surrogate", "\ud800"],
    [
      "a key that stands twice",
      new Map<string | Buffer, BencodeValue>([
        ["a", 1],
        [Buffer.from("a"), 2],
      ]),
    ],
  ];
  test.each(refused)("refuses %s", (_name, value) => {
    expect(() => encodeBencode(value)).toThrow(TypeError);
  });

  test("refuses a value that holds itself", () => {
    const list: BencodeValue[] = [];
    list.push(list);
    expect(() => encodeBencode(list)).toThrow("nested");
  });
});
