import { expect, test } from "vitest";
import { mulberry32 } from "../../../test/fixtures/mutate.ts";
import { EAR_BANDS, EAR_FRAME_SAMPLES, EarModel } from "./ear-model.ts";
import { kWeights } from "./k-weighting.ts";
import { QualityMeter } from "./quality-meter.ts";

const RATE_HZ = 48_000;

function tones(frequenciesHz: readonly number[], level = 0.1): Float32Array {
  return Float32Array.from({ length: RATE_HZ }, (_, at) =>
    frequenciesHz.reduce((sum, hz) => sum + level * Math.sin((2 * Math.PI * hz * at) / RATE_HZ), 0),
  );
}

function noisy(signal: Float32Array, level: number): Float32Array {
  const random = mulberry32(1);
  return signal.map((value) => value + level * (2 * random() - 1));
}

function read(reference: Float32Array, test: Float32Array): ReturnType<QualityMeter["reading"]> {
  const meter = new QualityMeter();
  meter.compare(reference, test);
  return meter.reading();
}

const MUSIC = tones([220, 440, 880, 1760, 3520]);

test("equal signals have no noise and no difference in loudness", () => {
  expect(read(MUSIC, MUSIC)).toMatchObject({ noiseToMaskDb: -120, loudnessDifferenceLu: 0 });
});

test("more noise is worse, over the whole range", () => {
  const scores = [1e-4, 1e-3, 1e-2, 1e-1].map(
    (level) => read(MUSIC, noisy(MUSIC, level))?.noiseToMaskDb ?? 0,
  );
  expect(scores).toEqual([...scores].sort((a, b) => a - b));
  expect(new Set(scores).size).toBe(scores.length);
});

test("noise beside a loud tone counts less than the same noise far from any", () => {
  const near = tones([1000]).map(
    (value, at) => value + 0.002 * Math.sin((2 * Math.PI * 1040 * at) / RATE_HZ),
  );
  const far = tones([1000]).map((value, at) => value + 0.002 * Math.sin((2 * Math.PI * 4500 * at) / RATE_HZ));
  const [masked, open] = [read(tones([1000]), near), read(tones([1000]), far)];
  expect(masked?.noiseToMaskDb).toBeLessThan((open?.noiseToMaskDb ?? 0) - 10);
});

test("a copy at half the level is 6.02 LU quieter", () => {
  const half = MUSIC.map((value) => value / 2);
  expect(read(MUSIC, half)?.loudnessDifferenceLu).toBeCloseTo(-6.02, 2);
});

test("silence and less than a frame give no reading", () => {
  expect(read(new Float32Array(RATE_HZ), noisy(new Float32Array(RATE_HZ), 0.1))).toBeNull();
  expect(read(MUSIC.subarray(0, 2000), MUSIC.subarray(0, 2000))).toBeNull();
});

test("a tone raises the threshold most in its own band, and above it further than below", () => {
  const power = new Float64Array(EAR_FRAME_SAMPLES / 2 + 1);
  power[Math.round((1000 * EAR_FRAME_SAMPLES) / RATE_HZ)] = (0.1 * EAR_FRAME_SAMPLES) ** 2 / 16;
  const silence = Float64Array.from(new EarModel().mask(new Float64Array(power.length)));
  const mask = new EarModel().mask(power);
  const rise = mask.map((value, band) => 10 * Math.log10(value / (silence[band] ?? 1)));
  const peak = rise.indexOf(Math.max(...rise));
  expect(peak).toBeGreaterThan(EAR_BANDS / 4);
  expect(peak).toBeLessThan(EAR_BANDS / 2);
  expect(rise[peak + 4]).toBeGreaterThan((rise[peak - 4] ?? 0) + 3);
});

// ITU-R BS.1770-4: at 997 Hz the filters raise by 0.691 dB, which the constant of its formula takes away again.
test("K-weighting is as the recommendation has it", () => {
  const weights = kWeights(48_000, 48_000);
  const decibels = (hz: number): number => 10 * Math.log10(weights[hz] ?? 0);
  expect(decibels(997)).toBeCloseTo(0.691, 2);
  expect(decibels(10_000)).toBeCloseTo(4, 0);
  expect(decibels(20)).toBeLessThan(-12);
});
