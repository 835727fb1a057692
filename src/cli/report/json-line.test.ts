import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLine } from "./json-line.ts";

test.each([
  [{ tracks: 51n }, '{"tracks":51}'],
  [{ id: 18_446_744_073_709_551_615n }, '{"id":"18446744073709551615"}'],
  [{ hash: Buffer.from([1, 2, 255]) }, '{"hash":"AQL/"}'],
  [{ hash: new Uint8Array([1]) }, '{"hash":"AQ=="}'],
  [{ reasons: new Map([["too-large", 2]]) }, '{"reasons":{"too-large":2}}'],
  [{ seen: new Set(["a"]) }, '{"seen":["a"]}'],
  [{ cause: new Error("gone") }, '{"cause":"gone"}'],
  [{ title: "a\u001b[2J\u009b2J\nb" }, '{"title":"a\\u001b[2J\\u009b2J\\nb"}'],
  [{ missing: undefined, time: new Date(0) }, '{"time":"1970-01-01T00:00:00.000Z"}'],
])("%o", (record, line) => {
  expect(jsonLine(record)).toBe(line);
});

test("a record of plain JSON comes back as it went in, on one line", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const line = jsonLine({ type: "x", value });
      expect(line).not.toContain("\n");
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ type: "x", value })));
    }),
  );
});
