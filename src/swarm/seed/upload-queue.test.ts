import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_BATCH_BYTES, UploadQueue } from "./upload-queue.ts";

const block = (piece: number, beginBytes: number, lengthBytes = 16_384) => ({
  piece,
  beginBytes,
  lengthBytes,
});

test("a run is what follows without a gap in one piece, up to a batch", () => {
  const queue = new UploadQueue(100);
  for (const begin of [0, 16_384, 32_768, 65_536]) queue.add(block(0, begin));
  queue.add(block(1, 81_920));
  expect(queue.takeRun()).toEqual([block(0, 0), block(0, 16_384), block(0, 32_768)]);
  expect(queue.takeRun()).toEqual([block(0, 65_536)]);
  expect(queue.takeRun()).toEqual([block(1, 81_920)]);
  expect(queue.takeRun()).toEqual([]);
});

test("gives what was added and not cancelled, in its order, in runs that fit a batch", () => {
  const range = fc.record({
    piece: fc.nat(2),
    beginBytes: fc.nat(20).map((index) => index * 16_384),
    lengthBytes: fc.constantFrom(16_384, 131_072),
  });
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 60 }),
      fc.array(range, { maxLength: 10 }),
      (added, cancelled) => {
        const queue = new UploadQueue(50);
        const expected = added.filter((one) => queue.add(one));
        expect(expected).toEqual(added.slice(0, 50));
        for (const one of cancelled) {
          const at = expected.findIndex((other) => JSON.stringify(other) === JSON.stringify(one));
          expect(queue.cancel(one)).toBe(at >= 0);
          if (at >= 0) expected.splice(at, 1);
        }
        const given = [];
        while (queue.length > 0) {
          const run = queue.takeRun();
          expect(run.length).toBeGreaterThan(0);
          expect(run.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)).toBeLessThan(MAX_BATCH_BYTES);
          given.push(...run);
        }
        expect(given).toEqual(expected);
      },
    ),
  );
});
