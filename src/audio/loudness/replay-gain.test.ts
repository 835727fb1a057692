import { expect, test } from "vitest";
import type { Loudness } from "../types.ts";
import { loudnessOf } from "./loudness.ts";
import { LoudnessMeter } from "./loudness-meter.ts";
import { albumGain, trackGain } from "./replay-gain.ts";

const RATE_HZ = 48_000;

/** Stereo sines of 1000 Hz one behind the other: so many LUFS as dBFS. */
function sines(parts: readonly (readonly [levelDbfs: number, seconds: number])[]): Float32Array[] {
  return parts.map(([level, seconds]) =>
    Float32Array.from(
      { length: seconds * RATE_HZ },
      (_, i) => 10 ** (level / 20) * Math.sin((2 * Math.PI * 1000 * i) / RATE_HZ),
    ),
  );
}

function loudness(parts: readonly (readonly [number, number])[]): Loudness {
  const meter = new LoudnessMeter([1, 1], RATE_HZ);
  for (const part of sines(parts)) meter.push([part, part]);
  return loudnessOf(meter.finish(), null);
}

test("a track of -23 LUFS is to be 5 dB louder", () => {
  const gain = trackGain(loudness([[-23, 5]]));
  expect(gain?.gainDb).toBeCloseTo(5, 1);
  expect(gain?.peak).toBeCloseTo(10 ** (-23 / 20), 3);
});

test("the peak is the true one where there is one", () => {
  expect(trackGain({ ...loudness([[-23, 5]]), truePeakDbtp: 0 })?.peak).toBe(1);
});

// The mean of the two loudnesses would be -30 LUFS; the quiet track lies below the relative gate of the whole.
test("an album is as loud as its tracks played one after the other", () => {
  const album = albumGain([loudness([[-20, 20]]), loudness([[-40, 20]])]);
  const whole = loudness([
    [-20, 20],
    [-40, 20],
  ]);
  expect(Math.abs((album?.integratedLufs ?? 0) - (whole.integratedLufs ?? 0))).toBeLessThan(0.1);
  expect(album?.gainDb).toBeCloseTo(2, 0);
  expect(album?.peak).toBeCloseTo(0.1, 3);
});

test("silence has no gain, alone or on an album", () => {
  const meter = new LoudnessMeter([1], RATE_HZ);
  meter.push([new Float32Array(RATE_HZ)]);
  const silence = loudnessOf(meter.finish(), null);
  expect(trackGain(silence)).toBeNull();
  expect(albumGain([silence])).toBeNull();
  expect(albumGain([silence, loudness([[-23, 5]])])?.gainDb).toBeCloseTo(5, 0);
});
