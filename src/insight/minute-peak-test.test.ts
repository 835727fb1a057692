import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SecondCount, testMinutePeaks } from "./minute-peak-test.ts";

/** Counts as a smooth hump would have them, with Poisson scatter from a fixed sequence. */
function smoothCounts(tracks: number, seed: number): SecondCount[] {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: 1200 }, (_, seconds) => {
    const mean = (tracks / (60 * Math.sqrt(2 * Math.PI))) * Math.exp(-(((seconds - 205) / 60) ** 2) / 2);
    return { seconds, tracks: Math.max(0, Math.round(mean + Math.sqrt(mean) * normal())) };
  });
}

function withPeak(
  counts: readonly SecondCount[],
  minute: number,
  share: number,
  width: number,
): SecondCount[] {
  return counts.map(({ seconds, tracks }) =>
    Math.abs(seconds - minute * 60) <= width
      ? { seconds, tracks: Math.round(tracks * (1 + share)) }
      : { seconds, tracks },
  );
}

const clusters = (counts: readonly SecondCount[]): number[] =>
  testMinutePeaks(counts)
    .filter(({ isCluster }) => isCluster)
    .map(({ minute }) => minute);

describe("clusters at whole minutes", () => {
  test.each([2_000, 100_000, 10_000_000, 256_000_000])("none is claimed among %d smooth tracks", (tracks) => {
    for (let seed = 1; seed <= 25; seed += 1) expect(clusters(smoothCounts(tracks, seed))).toEqual([]);
  });

  test.each([
    ["one second wide, half as many again", 3, 0.5, 1, 100_000],
    ["four seconds wide, a fifth more", 4, 0.2, 4, 100_000],
    ["a tenth more in a large catalogue", 2, 0.1, 4, 10_000_000],
  ])("one is found: %s", (_, minute, share, width, tracks) => {
    expect(clusters(withPeak(smoothCounts(tracks, 7), minute, share, width))).toEqual([minute]);
  });

  test("the number of a cluster is what was put there", () => {
    const smooth = smoothCounts(10_000_000, 3);
    const [peak] = testMinutePeaks(withPeak(smooth, 3, 0.3, 4)).filter(({ minute }) => minute === 3);
    expect((peak?.observed ?? 0) / (peak?.expected ?? 1)).toBeCloseTo(1.3, 1);
  });

  test("a cluster at a half minute is none at a whole one", () => {
    const counts = smoothCounts(1_000_000, 5).map(({ seconds, tracks }) =>
      seconds === 210 ? { seconds, tracks: tracks * 2 } : { seconds, tracks },
    );
    expect(clusters(counts)).toEqual([]);
  });

  test("too few tracks say nothing", () => {
    expect(testMinutePeaks(smoothCounts(51, 1))).toEqual([]);
  });

  test("whatever the counts, the numbers are finite", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { maxLength: 700 }), (list) => {
        for (const { z, expected, pAdjusted } of testMinutePeaks(
          list.map((tracks, seconds) => ({ seconds, tracks })),
        )) {
          expect([z, expected, pAdjusted].every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
