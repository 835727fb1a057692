import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Recording, type RecordingCluster, RecordingClusterer } from "./cluster-recordings.ts";
import { compareRecordings } from "./compare-recordings.ts";
import { sketchOf } from "./sketch.ts";

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each word has about four other bits than the one before, as in real music. */
function music(seed: number, words = 800): Uint32Array {
  const random = randomOf(seed);
  let word = Math.floor(random() * 2 ** 32);
  return Uint32Array.from({ length: words }, () => {
    for (let flip = 0; flip < 4; flip++) word ^= 1 << Math.floor(random() * 32);
    return word >>> 0;
  });
}

function noisy(words: Uint32Array, seed: number, bitError: number): Uint32Array {
  const random = randomOf(seed);
  return words.map((word) => {
    let changed = word;
    for (let bit = 0; bit < 32; bit++) if (random() < bitError) changed ^= 1 << bit;
    return changed;
  });
}

function clusterRecordings(recordings: readonly Recording[], parts = 4): RecordingCluster[] {
  const folder = mkdtempSync(join(tmpdir(), "deadwax-cluster-"));
  const clusterer = new RecordingClusterer(folder, parts);
  try {
    for (const recording of recordings) clusterer.add(recording);
    return clusterer.clusters();
  } finally {
    clusterer.close();
    rmSync(folder, { recursive: true });
  }
}

const recording = (id: number, fingerprint: Uint32Array, quality = 0): Recording => ({
  id: BigInt(id),
  fingerprint,
  quality,
});

test("copies with one bit in ten wrong, or begun later, are one cluster; other music is in none", () => {
  const originals = Array.from({ length: 40 }, (_, number) => music(number + 1));
  const copies = originals.map((words, number) =>
    recording(100 + number, noisy(words.slice(number % 9), number + 500, 0.1)),
  );
  const clusters = clusterRecordings([
    ...copies,
    ...originals.map((words, number) => recording(number, words, 1)),
    ...Array.from({ length: 40 }, (_, number) => recording(200 + number, music(number + 1000))),
  ]);
  expect(clusters.map(({ members }) => members.map(Number))).toEqual(
    originals.map((_, number) => [number, 100 + number]),
  );
  expect(clusters.map(({ representative }) => Number(representative))).toEqual([...originals.keys()]);
  expect(clusters.map(({ pairs }) => pairs[0]?.offsetWords)).toEqual(
    originals.map((_, number) => 0 - (number % 9)),
  );
});

test("clusters do not depend on the order of the recordings", () => {
  const all = Array.from({ length: 12 }, (_, number) =>
    recording(number, noisy(music(number % 5, 300), number + 50, 0.03), number % 3),
  );
  const expected = clusterRecordings(all);
  expect(expected).toHaveLength(5);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      expect(clusterRecordings(shuffled)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});

test("clusters do not depend on the number of parts", () => {
  const all = Array.from({ length: 60 }, (_, number) =>
    recording(number, noisy(music(number % 20), number + 50, 0.03)),
  );
  const expected = clusterRecordings(all, 1);
  expect(expected).toHaveLength(20);
  for (const parts of [2, 8, 64]) expect(clusterRecordings(all, parts)).toEqual(expected);
});

test("an excerpt, and music that only shares its silence, are other recordings", () => {
  const song = music(7, 1000);
  expect(compareRecordings(song, song.slice(0, 500))).toBeNull();
  const withSilence = (seed: number): Uint32Array =>
    Uint32Array.from([...music(seed, 200), ...new Array<number>(2000).fill(0x1234_5678)]);
  expect(compareRecordings(withSilence(1), withSilence(2))).toBeNull();
  expect(compareRecordings(withSilence(1), noisy(withSilence(1), 3, 0.02))?.offsetWords).toBe(0);
});

test("silence and short signals have no keys", () => {
  expect(sketchOf(new Uint32Array(2000)).keys).toHaveLength(0);
  expect(sketchOf(music(1, 30)).keys).toHaveLength(0);
});
