import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FeatureExtractor, type Features } from "./feature-extractor.ts";
import { FEATURE_RATE_HZ } from "./onset-envelope.ts";
import { randomOf } from "./testing/rhythm.ts";
import { synthesise } from "./testing/synthesised-music.ts";

function extract(samples: Float32Array, chunks: readonly number[] = [4096]): Features {
  const extractor = new FeatureExtractor();
  for (let at = 0, turn = 0; at < samples.length; turn += 1) {
    const size = chunks[turn % chunks.length] ?? 4096;
    extractor.push(samples.subarray(at, at + size));
    at += size;
  }
  return extractor.finish();
}

describe.each([
  ["clicks", 2, 84],
  ["clicks", 6, 120],
  ["drums", 7, 128],
  ["song", 10, 110],
] as const)("%s %i", (kind, index, bpm) => {
  test(`has ${bpm} beats a minute, to a per cent`, () => {
    const { tempo } = extract(synthesise(kind, index, 24).samples);
    expect(tempo?.bpm).toBeGreaterThan(bpm * 0.99);
    expect(tempo?.bpm).toBeLessThan(bpm * 1.01);
  });
});

test.each([0, 3, 8])("song %i is in the key it was written in", (index) => {
  const music = synthesise("song", index, 24);
  expect(extract(music.samples).key).toMatchObject(music.key ?? {});
});

test("a song that is tuned ten cents high keeps its key", () => {
  const music = synthesise("song", 11, 24);
  expect(extract(music.samples).key).toMatchObject(music.key ?? {});
});

test("features do not depend on how the samples are handed over", () => {
  const samples = synthesise("drums", 0).samples.subarray(0, 6 * FEATURE_RATE_HZ);
  const whole = extract(samples, [samples.length]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 }), (chunks) => {
      expect(extract(samples, chunks)).toEqual(whole);
    }),
    { numRuns: 6 },
  );
});

test("silence has no tempo, key, dynamics or spectrum", () => {
  const features = extract(new Float32Array(5 * FEATURE_RATE_HZ));
  expect(features).toMatchObject({
    tempo: null,
    key: null,
    dynamics: null,
    spectrum: null,
    onsetsPerSecond: 0,
  });
});

test("nothing at all is measured of no sample", () => {
  const features = extract(new Float32Array(0));
  expect(features).toMatchObject({
    tempo: null,
    key: null,
    dynamics: null,
    onsetsPerSecond: null,
    waveform: null,
  });
});

test("white noise is flat, a tone is not, and a tone's centroid is its pitch", () => {
  const random = randomOf(5);
  const noise = Float32Array.from({ length: 3 * FEATURE_RATE_HZ }, () => random() - 0.5);
  const tone = noise.map((_, i) => 0.5 * Math.sin((2 * Math.PI * 1000 * i) / FEATURE_RATE_HZ));
  expect(extract(noise).spectrum?.flatness).toBeGreaterThan(0.5);
  expect(extract(tone).spectrum?.flatness).toBeLessThan(0.01);
  expect(extract(tone).spectrum?.centroidHz).toBeCloseTo(1000, -1);
});

test("a steady beat is more danceable than drifting noise", () => {
  const random = randomOf(9);
  let level = 0;
  const drift = Float32Array.from({ length: 40 * FEATURE_RATE_HZ }, (_, i) => {
    if (i % 2205 === 0) level = Math.max(0, level + (random() - 0.5) * 0.2);
    return level * (random() - 0.5);
  });
  const beat = extract(synthesise("drums", 7).samples).danceability;
  expect(beat).toBeGreaterThan(2 * (extract(drift).danceability ?? 0));
});

test("counts what begins: two clicks a second at 120 a minute", () => {
  expect(extract(synthesise("clicks", 6).samples).onsetsPerSecond).toBeCloseTo(2, 1);
});

test("the outline stays short however long the sound is", () => {
  const extractor = new FeatureExtractor();
  const block = new Float32Array(FEATURE_RATE_HZ).fill(0.25);
  for (let second = 0; second < 200; second += 1) extractor.push(block);
  const { waveform } = extractor.finish();
  expect(waveform?.peaks.length).toBeLessThanOrEqual(512);
  expect(new Set(waveform?.peaks)).toEqual(new Set([64]));
  expect((waveform?.peaks.length ?? 0) * (waveform?.secondsPerPeak ?? 0)).toBeCloseTo(200, -1);
});

test("the spectrogram is loudest in the band of a tone, and stays small however long the tone is", () => {
  const extractor = new FeatureExtractor();
  const second = Float32Array.from({ length: FEATURE_RATE_HZ }, (_, i) =>
    Math.sin((2 * Math.PI * 2000 * i) / FEATURE_RATE_HZ),
  );
  for (let at = 0; at < 200; at += 1) extractor.push(second);
  const { spectrogram } = extractor.finish();
  if (spectrogram === null) throw new Error("no spectrogram");
  const bytes = Buffer.from(spectrogram.base64, "base64");
  expect(bytes.length).toBe(spectrogram.bands * spectrogram.columns);
  expect(spectrogram.columns).toBeLessThanOrEqual(128);
  expect(spectrogram.columns * spectrogram.secondsPerColumn).toBeCloseTo(200, -1);
  const column = [...bytes.subarray(0, spectrogram.bands)];
  const loudest = column.indexOf(Math.max(...column));
  // 2000 Hz is 1521 mel. From 63 mel (40 Hz) to 3176 mel (11025 Hz) 32 centres stand 94 mel apart: 1477 is the 15th.
  expect(loudest).toBe(14);
  expect(column[loudest]).toBeGreaterThan(245);
  expect(column[2]).toBeLessThan(120);
});
