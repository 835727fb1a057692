import { expect, test } from "vitest";
import { RowText } from "./row-text.ts";

test("all rows come out as lines, in order, the long ones too", () => {
  const rows = Array.from({ length: 3000 }, (_, index) => ({
    n: index,
    t: index % 1000 === 7 ? "\u{1d11e}ø\n".repeat(400_000) : `Träck ${index}`,
  }));
  const text = new RowText();
  for (const row of rows) text.add(row);
  const expected = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  expect(text.sizeBytes).toBe(expected.length);
  expect(Buffer.concat(text.chunks()).equals(expected)).toBe(true);
});
