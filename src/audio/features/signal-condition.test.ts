import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SignalCondition, SignalConditionMeter } from "./signal-condition.ts";
import { randomOf } from "./testing/rhythm.ts";

const RATE_HZ = 8000;

function conditionOf(
  interleaved: Float64Array,
  channels: number,
  rateHz = RATE_HZ,
  framesPerPush = rateHz / 10,
): SignalCondition {
  const meter = new SignalConditionMeter(channels, rateHz);
  for (let from = 0; from * channels < interleaved.length; from += framesPerPush) {
    meter.push(
      Array.from({ length: channels }, (_, channel) =>
        Float32Array.from(
          interleaved
            .subarray(from * channels, (from + framesPerPush) * channels)
            .filter((_, i) => i % channels === channel),
        ),
      ),
    );
  }
  return meter.finish();
}

test("silence at head and tail is told to the millisecond, in whichever channel sound begins", () => {
  const samples = new Float64Array(2 * RATE_HZ);
  samples[2 * 800 + 1] = 0.5;
  samples[2 * 5600] = -0.5;
  expect(conditionOf(samples, 2)).toMatchObject({ silenceHeadMs: 100, silenceTailMs: 300 });
});

test("what is below -60 dBFS is silence from end to end, and says nothing of channels", () => {
  const samples = new Float64Array(2 * RATE_HZ).fill(0.0009);
  expect(conditionOf(samples, 2)).toMatchObject({
    silenceHeadMs: 1000,
    silenceTailMs: 1000,
    isMonoInStereo: null,
  });
});

test.each([
  ["two samples at full scale", [1, 1], 0, 0],
  ["three", [1, 1, 1], 1, 3],
  ["three below zero", [-1, -1, -1], 1, 3],
  ["two runs", [1, 1, 1, 0, 1, 1, 1, 1], 2, 7],
  ["a run at the end", [0, 0, 0, 0, 0, 1, 1, 1], 1, 3],
] as const)("%s", (_, values, clippedRuns, clippedSamples) => {
  expect(conditionOf(Float64Array.from(values), 1)).toMatchObject({ clippedRuns, clippedSamples });
});

// Side over mid is ((1 - factor) / (1 + factor))²: −46 dB for 0.99, −66 dB for 0.999.
test.each([
  ["the same", 1, true],
  ["the same but for a thousandth", 0.999, true],
  ["the same but for a hundredth", 0.99, false],
  ["inverted", -1, false],
] as const)("two channels that carry %s", (_, factor, isMonoInStereo) => {
  const random = randomOf(3);
  const samples = new Float64Array(2 * RATE_HZ);
  for (let i = 0; i < samples.length; i += 2) {
    samples[i] = random() - 0.5;
    samples[i + 1] = factor * (samples[i] ?? 0);
  }
  expect(conditionOf(samples, 2).isMonoInStereo).toBe(isMonoInStereo);
});

test("the offset is that of the worse channel, with its sign", () => {
  const samples = Float64Array.from({ length: 2 * RATE_HZ }, (_, i) => (i % 2 === 0 ? 0.01 : -0.03));
  expect(conditionOf(samples, 2).dcOffset).toBeCloseTo(-0.03, 8);
});

test("all but the band limit does not depend on how the samples are handed over", () => {
  const random = randomOf(7);
  const samples = Float64Array.from({ length: 3000 }, () => Math.max(-1, Math.min(1, 3 * (random() - 0.5))));
  const { bandLimit: _, ...whole } = conditionOf(samples, 2, RATE_HZ, 3000);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), (frames) => {
      const { bandLimit: _, dcOffset, ...rest } = conditionOf(samples, 2, RATE_HZ, frames);
      expect({ ...rest, dcOffset: whole.dcOffset }).toEqual(whole);
      expect(dcOffset).toBeCloseTo(whole.dcOffset, 12);
    }),
    { numRuns: 20 },
  );
});

describe("band limit", () => {
  const rateHz = 44_100;
  const random = randomOf(11);
  const noise = Float64Array.from({ length: 3 * rateHz }, () => 0.4 * (random() - 0.5));

  test("white noise has none", () => {
    expect(conditionOf(noise, 1, rateHz).bandLimit).toBeNull();
  });

  test("a tone has none that would pass for an encoder's", () => {
    const tone = noise.map((_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / rateHz));
    expect(conditionOf(tone, 1, rateHz).bandLimit).toBeNull();
  });

  test.each([11_000, 16_000])("noise below %i Hz ends there", (cutOffHz) => {
    const { bandLimit } = conditionOf(lowPassed(noise, cutOffHz / rateHz), 1, rateHz);
    expect(bandLimit?.dropDb).toBeGreaterThan(30);
    expect(Math.abs((bandLimit?.cutOffHz ?? 0) - cutOffHz)).toBeLessThan(400);
  });
});

/** Windowed sinc of 255 taps (Blackman). */
function lowPassed(samples: Float64Array, cutOff: number): Float64Array {
  const half = 127;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const at = i - half;
    const sinc = at === 0 ? 2 * cutOff : Math.sin(2 * Math.PI * cutOff * at) / (Math.PI * at);
    const phase = (Math.PI * i) / half;
    return sinc * (0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase));
  });
  return samples.map((_, at) => {
    let sum = 0;
    for (let i = 0; i < taps.length; i += 1) sum += (taps[i] ?? 0) * (samples[at + i - half] ?? 0);
    return sum;
  });
}
