import fc from "fast-check";
import { expect, test } from "vitest";
import { flacCueChapters, MAX_CUE_SHEET_BYTES } from "./flac-cue-sheet.ts";
import { cueSheet } from "./testing/build-chapters.ts";

test("the tracks of a CD are chapters from their index 1 on, the lead-out and data are none", () => {
  const block = cueSheet([
    { number: 1, offset: 0, indexes: [[1, 0]] },
    {
      number: 2,
      offset: 441_000,
      indexes: [
        [0, 0],
        [1, 88_200],
      ],
    },
    { number: 3, offset: 882_000, indexes: [[1, 0]], isData: true },
    { number: 4, offset: 1_323_000, indexes: [] },
    { number: 170, offset: 1_764_000, indexes: [] },
  ]);
  expect(flacCueChapters(block, 44_100)).toEqual(
    [0, 12_000, 30_000].map((startMs) => ({ startMs, title: null })),
  );
});

test("a block that is cut off gives the tracks that it has, and bytes of any kind no error", () => {
  const track = (number: number) => ({ number, offset: number * 48_000, indexes: [[1, 0]] as const });
  const block = cueSheet([track(1), track(2), track(3)]);
  expect(flacCueChapters(block.subarray(0, -20), 48_000)).toHaveLength(2);
  expect(flacCueChapters(block.subarray(0, 200), 48_000)).toEqual([]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      expect(flacCueChapters(bytes, 1).length).toBeLessThanOrEqual(255);
    }),
  );
  expect(MAX_CUE_SHEET_BYTES).toBeLessThan(1 << 20);
});
