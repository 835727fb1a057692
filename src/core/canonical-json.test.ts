import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, type JsonValue, parseJson } from "./canonical-json.ts";

test("follows the sample of RFC 8785, section 3.2.2 and 3.2.3", () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("sorts keys by UTF-16 code units", () => {
  expect(canonicalJson({ "\ufb33": 1, "😀": 2, "1": 3, "\r": 4 })).toBe('{"\\r":4,"1":3,"😀":2,"\ufb33":1}');
});

test("refuses numbers that JSON does not have", () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow(TypeError);
});

test("is stable under parsing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value as JsonValue);
      const parsed = parseJson(Buffer.from(text), 1e6);
      expect(parsed.ok && canonicalJson(parsed.value as JsonValue)).toBe(text);
    }),
  );
});

test("refuses bytes that are too many, not UTF-8 or not JSON", () => {
  expect(parseJson(Buffer.from("[1]"), 2).ok).toBe(false);
  expect(parseJson(Buffer.from([0x22, 0xff, 0x22]), 10).ok).toBe(false);
  expect(parseJson(Buffer.from("{"), 10).ok).toBe(false);
});
