import fc from "fast-check";
import { expect, test } from "vitest";
import { PairWeighting } from "./pair-weighting.ts";
import { KWeighting } from "./testing/plain-k-weighting.ts";

const sample = fc.float({ min: -2, max: 2, noNaN: true });

test("gives what the plain form gives, to the last bit, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 400 }),
      fc.array(fc.nat(400), { maxLength: 4 }),
      fc.constantFrom(8000, 44_100, 192_000),
      (frames, cuts, rateHz) => {
        const left = Float32Array.from(frames, ([value]) => value);
        const right = Float32Array.from(frames, ([, value]) => value);
        const pair = new PairWeighting(rateHz);
        const plain = [new KWeighting(rateHz), new KWeighting(rateHz)] as const;
        let from = 0;
        for (const to of [
          ...cuts.filter((cut) => cut < frames.length).sort((a, b) => a - b),
          frames.length,
        ]) {
          expect(pair.sumsOfSquares(left, right, from, to)).toEqual([
            plain[0].sumOfSquares(left, from, to),
            plain[1].sumOfSquares(right, from, to),
          ]);
          from = to;
        }
        expect(pair.peak).toBe(Math.max(plain[0].peak, plain[1].peak));
      },
    ),
  );
});

test("two meters of one process do not hear each other", () => {
  const noise = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i * i));
  const alone = new PairWeighting(48_000).sumsOfSquares(noise, noise, 0, 20_000);
  const [one, other] = [new PairWeighting(48_000), new PairWeighting(44_100)];
  other.sumsOfSquares(noise, noise, 0, 7);
  expect(one.sumsOfSquares(noise, noise, 0, 20_000)).toEqual(alone);
});

test("a stretch longer than the loop's memory is weighted whole", () => {
  const noise = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i * i));
  const expected = new KWeighting(48_000).sumOfSquares(noise, 0, 20_000);
  expect(new PairWeighting(48_000).sumsOfSquares(noise, noise, 0, 20_000)[1]).toBeCloseTo(expected, 6);
});
