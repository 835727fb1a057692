import fc from "fast-check";
import { expect, test } from "vitest";
import { stretchSums } from "./stretch-sums.ts";

test("gives what adding one by one gives, for any stretch", () => {
  const sample = fc.float({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), fc.nat(60), fc.nat(60), (values, one, other) => {
      const samples = Float32Array.from(values);
      const [from, to] = [Math.min(one, other, values.length), Math.min(Math.max(one, other), values.length)];
      // What was there before must not count.
      stretchSums(new Float32Array(64).fill(7), 0, 64);
      const { sum, squares, peak } = stretchSums(samples, from, to);
      const stretch = Array.from(samples.subarray(from, to));
      expect(sum).toBeCloseTo(
        stretch.reduce((total, value) => total + value, 0),
        10,
      );
      expect(squares).toBeCloseTo(
        stretch.reduce((total, value) => total + value * value, 0),
        10,
      );
      expect(peak).toBe(Math.max(0, ...stretch.map(Math.abs)));
    }),
  );
});

test("a stretch longer than the loop's memory is added up whole", () => {
  const samples = new Float32Array(20_001).fill(0.5);
  samples[20_000] = -1;
  expect(stretchSums(samples, 0, 20_001)).toEqual({ sum: 9999, squares: 5001, peak: 1 });
});
