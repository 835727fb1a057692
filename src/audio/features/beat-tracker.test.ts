import fc from "fast-check";
import { expect, test } from "vitest";
import { BeatTracker } from "./beat-tracker.ts";
import { FeatureExtractor } from "./feature-extractor.ts";
import { FEATURE_RATE_HZ, ONSET_RATE_HZ } from "./onset-envelope.ts";
import { beatScore } from "./testing/beat-score.ts";
import { randomOf } from "./testing/rhythm.ts";
import { synthesise } from "./testing/synthesised-music.ts";

function beatsOf(samples: Float32Array): readonly number[] | null {
  const extractor = new FeatureExtractor({ beats: true });
  for (let at = 0; at < samples.length; at += 8192) extractor.push(samples.subarray(at, at + 8192));
  return extractor.finish().beats;
}

test.each([
  ["clicks", 3, 40],
  ["drums", 6, 40],
  ["song", 10, 16],
  // Three blocks: what one decides goes on in the next, and the tempo rises all the while.
  ["drums", 4, 120],
] as const)("the beats of %s %i are found within 70 ms", (kind, index, seconds) => {
  const music = synthesise(kind, index, seconds);
  expect(beatScore(beatsOf(music.samples) ?? [], music.beats)).toBeGreaterThan(0.98);
});

test("nothing is found in silence, in no sound, or where it was not asked for", () => {
  expect(beatsOf(new Float32Array(10 * FEATURE_RATE_HZ))).toBeNull();
  expect(beatsOf(new Float32Array(0))).toBeNull();
  expect(new FeatureExtractor().finish().beats).toBeNull();
});

test("beats end with the music", () => {
  const music = synthesise("drums", 7, 20);
  const padded = new Float32Array(40 * FEATURE_RATE_HZ);
  padded.set(music.samples);
  const beats = beatsOf(padded) ?? [];
  expect(beats.length).toBeGreaterThan(35);
  expect(beats.at(-1)).toBeLessThan(21);
});

test("whatever the onsets are, beats come in order, never faster than 440 a minute, and inside the sound", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 9000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seed, length, rare) => {
        const random = randomOf(seed);
        const tracker = new BeatTracker();
        for (let at = 0; at < length; at += 1) tracker.push(random() < rare ? random() * 1e6 : 0);
        const beats = tracker.finish() ?? [];
        for (const [index, beat] of beats.entries()) {
          const former = beats[index - 1] ?? Number.NEGATIVE_INFINITY;
          // Half a beat at 220 a minute is 136 ms.
          expect(beat - former).toBeGreaterThan(0.13);
          expect(beat).toBeLessThan(length / ONSET_RATE_HZ);
        }
      },
    ),
    { numRuns: 60 },
  );
});
