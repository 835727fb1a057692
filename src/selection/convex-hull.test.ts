import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convexHull, type Offer } from "./convex-hull.ts";

const kinds = (offers: readonly Offer[]): string[] => convexHull(offers).map((step) => step.kind);
const offer = (kind: string, bytes: number, value: number): Offer => ({ kind, bytes, value });

describe("the convex hull of a track's offers", () => {
  test.each([
    ["nothing on offer", [], []],
    ["one offer", [offer("a", 10, 5)], ["a"]],
    ["an offer worth nothing", [offer("a", 10, 0)], []],
    ["a small cheap one, then a large dear one", [offer("b", 100, 10), offer("a", 40, 8)], ["a", "b"]],
    [
      "a small one that gives less for a byte than the large one",
      [offer("a", 40, 2), offer("b", 100, 10)],
      ["b"],
    ],
    ["a large one that is worth no more", [offer("a", 40, 8), offer("b", 100, 8)], ["a"]],
    ["two of one size", [offer("a", 40, 7), offer("b", 40, 8)], ["b"]],
    ["three on one line", [offer("a", 10, 1), offer("b", 20, 2), offer("c", 30, 3)], ["c"]],
    ["a middle one under the line", [offer("a", 10, 6), offer("b", 20, 7), offer("c", 30, 12)], ["a", "c"]],
  ])("%s", (_, offers, expected) => {
    expect(kinds(offers)).toEqual(expected);
  });

  const offersArbitrary = fc.array(
    fc.record({
      kind: fc.constantFrom("a", "b", "c"),
      bytes: fc.integer({ min: 1, max: 1000 }),
      value: fc.integer({ min: 0, max: 1000 }),
    }),
    { maxLength: 8 },
  );

  test("slopes fall, and no offer lies above the hull", () => {
    fc.assert(
      fc.property(offersArbitrary, (offers) => {
        const steps = convexHull(offers);
        const slopes = steps.map((step) => step.slope);
        expect(slopes).toEqual([...slopes].sort((a, b) => b - a));
        expect(new Set(slopes).size).toBe(slopes.length);
        for (const { bytes, value } of offers) expect(value).toBeLessThanOrEqual(hullAt(steps, bytes) + 1e-9);
      }),
    );
  });

  test("steps add up to offers", () => {
    fc.assert(
      fc.property(offersArbitrary, (offers) => {
        let bytes = 0;
        let value = 0;
        for (const step of convexHull(offers)) {
          bytes += step.bytes;
          value += step.value;
          expect(offers).toContainEqual({ kind: step.kind, bytes, value });
        }
      }),
    );
  });
});

/** The hull's value at `bytes`: level beyond its end. */
function hullAt(steps: ReturnType<typeof convexHull>, bytes: number): number {
  let left = bytes;
  let value = 0;
  for (const step of steps) {
    const share = Math.min(left, step.bytes);
    value += share * step.slope;
    left -= share;
  }
  return value;
}
