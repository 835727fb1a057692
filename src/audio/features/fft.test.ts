import fc from "fast-check";
import { expect, test } from "vitest";
import { hannWindow, PowerSpectrum } from "./fft.ts";

function slowPower(samples: Float32Array): number[] {
  const size = samples.length;
  return Array.from({ length: size / 2 + 1 }, (_, k) => {
    let re = 0;
    let im = 0;
    for (const [i, x] of samples.entries()) {
      re += x * Math.cos((2 * Math.PI * i * k) / size);
      im -= x * Math.sin((2 * Math.PI * i * k) / size);
    }
    return re * re + im * im;
  });
}

test.each([8, 16, 64, 256, 512, 2048])(
  "agrees with the definition of the transform for %i samples",
  (size) => {
    const plan = new PowerSpectrum(size);
    const sample = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(sample, { minLength: size, maxLength: size }), (values) => {
        const samples = Float32Array.from(values);
        const power = plan.of(samples);
        for (const [k, expected] of slowPower(samples).entries()) expect(power[k]).toBeCloseTo(expected, 8);
      }),
      { numRuns: size > 256 ? 1 : 20 },
    );
  },
);

test("a plan can be used again", () => {
  const plan = new PowerSpectrum(64);
  const tone = Float32Array.from({ length: 64 }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / 64));
  const first = Array.from(plan.of(tone));
  plan.of(new Float32Array(64).fill(1));
  expect(Array.from(plan.of(tone))).toEqual(first);
  expect(first.indexOf(Math.max(...first))).toBe(5);
});

test("plans of one size do not disturb each other", () => {
  const tone = Float32Array.from({ length: 64 }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / 64));
  const [one, other, plain] = [
    new PowerSpectrum(64, "hann"),
    new PowerSpectrum(64, "hann"),
    new PowerSpectrum(64),
  ];
  const first = one.of(tone);
  const kept = Array.from(first);
  other.of(new Float32Array(64).fill(1));
  expect(Array.from(first)).toEqual(kept);
  expect(plain.of(tone)[5]).toBeCloseTo(1024, 3);
  expect(kept[5]).toBeCloseTo(256, 3);
});

test("refuses a length that is no power of two", () => {
  expect(() => new PowerSpectrum(48)).toThrow(RangeError);
});

test("the window is periodic and sums to half its length", () => {
  const sum = hannWindow(512).reduce((total, value) => total + value, 0);
  expect(sum).toBeCloseTo(256, 9);
});
