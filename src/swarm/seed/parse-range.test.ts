import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRange } from "./parse-range.ts";

test.each([
  [undefined, { kind: "whole" }],
  ["bytes=0-0", { kind: "part", start: 0, end: 1 }],
  ["bytes=10-19", { kind: "part", start: 10, end: 20 }],
  ["bytes=90-", { kind: "part", start: 90, end: 100 }],
  ["bytes=90-1000", { kind: "part", start: 90, end: 100 }],
  ["bytes=-5", { kind: "part", start: 95, end: 100 }],
  ["bytes=-500", { kind: "part", start: 0, end: 100 }],
  ["bytes=100-", { kind: "outside" }],
  ["bytes=-0", { kind: "outside" }],
  ["bytes=20-10", { kind: "whole" }],
  ["bytes=0-1,5-6", { kind: "whole" }],
  ["lines=1-2", { kind: "whole" }],
  ["bytes=-", { kind: "whole" }],
])("%s of 100 bytes is %o", (header, expected) => {
  expect(parseRange(header, 100)).toEqual(expected);
});

test("a part lies in the file, whatever is asked for", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(1000), (text, first, last, sizeBytes) => {
      for (const header of [text, `bytes=${first}-${last}`, `bytes=${text}-${last}`]) {
        const range = parseRange(header, sizeBytes);
        if (range.kind !== "part") continue;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.end).toBeLessThanOrEqual(sizeBytes);
      }
    }),
  );
});
