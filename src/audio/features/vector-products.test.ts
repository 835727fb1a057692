import fc from "fast-check";
import { expect, test } from "vitest";
import { VectorMemory } from "./vector-products.ts";

const number = fc.integer({ min: -50, max: 50 });

test("each vector on the left meets each on the right, overlapping ones too", () => {
  const size = fc.record({
    left: fc.integer({ min: 1, max: 5 }),
    right: fc.integer({ min: 1, max: 3 }).map((fours) => 4 * fours),
    length: fc.integer({ min: 1, max: 4 }).map((eights) => 8 * eights),
    step: fc.constantFrom(4, 8, 32),
    values: fc.array(number, { minLength: 420, maxLength: 420 }),
  });
  fc.assert(
    fc.property(size, ({ left, right, length, step, values }) => {
      const memory = new VectorMemory(1000);
      const first = memory.place(Float32Array.from(values.slice(0, 5 * 32)));
      const second = memory.place(Float32Array.from(values.slice(0, 12 * 32)));
      const out = memory.reserve(left * right + 4);
      memory.multiply({ first, count: left, step: 32 }, { first: second, count: right, step }, length, out);
      const expected = Array.from({ length: left * right }, (_, index) => {
        const [row, column] = [Math.floor(index / right), index % right];
        let sum = 0;
        for (let at = 0; at < length; at++)
          sum += (values[row * 32 + at] ?? 0) * (values[column * step + at] ?? 0);
        return sum + 0;
      });
      // Whole numbers of this size are summed without rounding, in whatever order.
      expect([...memory.floats.subarray(out, out + left * right + 4)]).toEqual([...expected, 0, 0, 0, 0]);
    }),
    { numRuns: 30 },
  );
});

test("what does not fit the loop or the memory is refused", () => {
  const memory = new VectorMemory(64);
  const one = { first: 0, count: 1, step: 8 };
  const fours = { first: 0, count: 4, step: 8 };
  expect(() => memory.multiply(one, fours, 12, 32)).toThrow(RangeError);
  expect(() => memory.multiply(one, one, 8, 32)).toThrow(RangeError);
  expect(() => memory.reserve(20_000)).toThrow(RangeError);
});
