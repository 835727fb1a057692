import { expect, test } from "vitest";
import { planCutRow } from "./plan-stretches.ts";

const LINE = "abcdefg,hijklmn\n";
const head = Buffer.from(`${LINE.repeat(100)}half a l`);

test.each([
  [LINE.length * 1_000_000, false, 25 * 20_480],
  [LINE.length * 1_000_000, true, 30 * 20_480],
  [LINE.length * 30_000, true, 0],
])("of %i bytes, with releases %s, the cut is after %i rows", (sizeBytes, hasReleases, rows) => {
  expect(planCutRow(head, sizeBytes, hasReleases)).toBe(rows);
});

test("a beginning without the end of a line gives no cut", () => {
  expect(planCutRow(Buffer.from("one line"), 1e9, true)).toBe(0);
});
