import fc from "fast-check";
import { expect, test } from "vitest";
import { MARK, TrackMarks } from "./track-marks.ts";

const LAST = (1n << 64n) - 1n;
const id = fc.oneof(fc.bigInt({ min: 0n, max: LAST }), fc.bigInt({ min: 0n, max: 40n }));

test("each track gets the mark that its id was found with, whatever the order and the cuts", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { maxLength: 300 }),
      fc.array(fc.constantFrom(0, MARK.duplicateIsrc, MARK.floor, MARK.duplicateSound), {
        minLength: 300,
        maxLength: 300,
      }),
      fc.uniqueArray(id, { maxLength: 4 }),
      fc.uniqueArray(id, { maxLength: 5 }),
      (ids, kinds, cuts, strangers) => {
        const firsts = [...new Set([0n, ...cuts])].toSorted((a, b) => (a < b ? -1 : 1));
        const ranges = firsts.map((first, at) => {
          return { first, last: (firsts[at + 1] ?? LAST + 1n) - 1n, query: "" };
        });
        const marks = new TrackMarks(ranges);
        const wanted = new Map(ids.map((one, at) => [one, kinds[at] ?? 0]));
        for (const kind of new Set(kinds)) {
          if (kind > 0) marks.add(BigUint64Array.from(ids.filter((one) => wanted.get(one) === kind)), kind);
        }
        // Ids of tracks that are not there mark nothing.
        marks.add(BigUint64Array.from(strangers.filter((one) => !wanted.has(one))), MARK.duplicateRecording);
        for (const range of ranges) {
          const inside = BigUint64Array.from(ids.filter((one) => one >= range.first && one <= range.last));
          inside.sort();
          const found = marks.of(range, inside);
          expect([...found]).toEqual([...inside].map((one) => wanted.get(one)));
          expect(marks.of(range, inside)).toBe(found);
        }
      },
    ),
    { numRuns: 100 },
  );
});
