import fc from "fast-check";
import { expect, test } from "vitest";
import { DoublingSeries } from "./doubling-series.ts";

test("keeps the sum of what goes in, in at most twice the least number of entries", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 500 }),
      fc.integer({ min: 1, max: 20 }),
      (values, least) => {
        const series = new DoublingSeries<number>(least, (a, b) => a + b);
        for (const value of values) series.push(value);
        const { entries, inputsPerEntry } = series.finish();
        expect(entries.reduce((sum, value) => sum + value, 0)).toBe(
          values.reduce((sum, value) => sum + value, 0),
        );
        expect(entries.length).toBeLessThanOrEqual(2 * least);
        expect(entries.length).toBe(Math.ceil(values.length / inputsPerEntry));
      },
    ),
  );
});

test("an entry stands for as many inputs as it says, in order", () => {
  const series = new DoublingSeries<number[]>(2, (a, b) => [...a, ...b]);
  for (let i = 0; i < 9; i += 1) series.push([i]);
  expect(series.finish()).toEqual({ entries: [[0, 1, 2, 3], [4, 5, 6, 7], [8]], inputsPerEntry: 4 });
});
