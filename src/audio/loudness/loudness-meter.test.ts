import fc from "fast-check";
import { expect, test } from "vitest";
import { headShelf, lowCut } from "./k-weighting.ts";
import { LoudnessMeter, type LoudnessReadings } from "./loudness-meter.ts";

const RATE_HZ = 48_000;

function sine(levelDbfs: number, seconds: number, frequencyHz = 1000, rateHz = RATE_HZ): Float32Array {
  const level = 10 ** (levelDbfs / 20);
  return Float32Array.from(
    { length: Math.round(seconds * rateHz) },
    (_, i) => level * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
  );
}

function measure(parts: readonly Float32Array[], weights = [1, 1], rateHz = RATE_HZ): LoudnessReadings {
  const meter = new LoudnessMeter(weights, rateHz);
  for (const part of parts) meter.push(weights.map(() => part));
  return meter.finish();
}

test("the filters at 48 kHz are those of ITU-R BS.1770, tables 1 and 2", () => {
  const { b0, b1, b2, a1, a2 } = headShelf(48_000);
  for (const [value, expected] of [
    [b0, 1.53512485958697],
    [b1, -2.69169618940638],
    [b2, 1.19839281085285],
    [a1, -1.69065929318241],
    [a2, 0.73248077421585],
    [lowCut(48_000).a1, -1.99004745483398],
    [lowCut(48_000).a2, 0.99007225036621],
  ] as const) {
    expect(value).toBeCloseTo(expected, 10);
  }
});

// EBU Tech 3341, table 1, cases 1 to 5: stereo sines of 1000 Hz.
test.each([
  ["1", [[-23, 20]], -23],
  ["2", [[-33, 20]], -33],
  [
    "3",
    [
      [-36, 10],
      [-23, 60],
      [-36, 10],
    ],
    -23,
  ],
  [
    "4",
    [
      [-72, 10],
      [-36, 10],
      [-23, 60],
      [-36, 10],
      [-72, 10],
    ],
    -23,
  ],
  [
    "5",
    [
      [-26, 20],
      [-20, 20.1],
      [-26, 20],
    ],
    -23,
  ],
] as const)("integrated loudness, case %s of Tech 3341", (_, parts, lufs) => {
  const { integratedLufs } = measure(parts.map(([level, seconds]) => sine(level, seconds)));
  expect(Math.abs((integratedLufs ?? 0) - lufs)).toBeLessThan(0.1);
});

// EBU Tech 3342, table 1, cases 1 to 3.
test.each([
  [
    "1",
    [
      [-20, 20],
      [-30, 20],
    ],
    10,
  ],
  [
    "2",
    [
      [-20, 20],
      [-15, 20],
    ],
    5,
  ],
  [
    "3",
    [
      [-40, 20],
      [-20, 20],
    ],
    20,
  ],
] as const)("loudness range, case %s of Tech 3342", (_, parts, lu) => {
  const { rangeLu } = measure(parts.map(([level, seconds]) => sine(level, seconds)));
  expect(Math.abs((rangeLu ?? 0) - lu)).toBeLessThan(1);
});

test("the short term's maximum is that of the loudest three seconds", () => {
  const { shortTermMaxLufs } = measure([sine(-40, 5), sine(-20, 3.2), sine(-40, 5)]);
  expect(shortTermMaxLufs).toBeCloseTo(-20, 1);
});

test.each([8000, 11_025, 44_100, 96_000, 192_000])("a sine is as loud at %i Hz", (rateHz) => {
  expect(measure([sine(-23, 5, 1000, rateHz)], [1, 1], rateHz).integratedLufs).toBeCloseTo(-23, 1);
});

test("a surround channel counts for 1.5 dB more, the subwoofer for nothing", () => {
  const tone = [sine(-23, 5)];
  const front = measure(tone, [1]).integratedLufs ?? 0;
  expect(measure(tone, [1.41]).integratedLufs).toBeCloseTo(front + 1.49, 2);
  expect(measure(tone, [1, 0]).integratedLufs).toBeCloseTo(front, 6);
});

test("less than three seconds have no range and no short term, less than 0.4 s no loudness", () => {
  expect(measure([sine(-23, 2.9)])).toMatchObject({ rangeLu: null, shortTermMaxLufs: null });
  expect(measure([sine(-23, 0.39)])).toMatchObject({ integratedLufs: null });
});

test("readings do not depend on how the samples are handed over", () => {
  const whole = sine(-20, 4, 997);
  const { blocks: _, ...expected } = measure([whole]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 100, max: 20_000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      const parts: Float32Array[] = [];
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        parts.push(whole.subarray(at, at + size));
        at += size;
      }
      const { blocks: _, ...found } = measure(parts);
      expect(found.integratedLufs).toBeCloseTo(expected.integratedLufs ?? 0, 6);
      expect(found).toMatchObject({ rangeLu: expected.rangeLu, samplePeak: expected.samplePeak });
    }),
    { numRuns: 10 },
  );
});
