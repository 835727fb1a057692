import fc from "fast-check";
import { expect, test } from "vitest";
import { policySchema } from "../../core/index.ts";
import { BucketSums } from "./bucket-sums.ts";
import { IS_COPY_OPEN, IS_ORIGINAL_OPEN, type TrackColumns } from "./track-columns.ts";
import { FLOOR_BUCKET, NEVER_KEPT, NO_STEP, type StepColumns } from "./weigh-steps.ts";

const policy = policySchema.parse({ selection: { accessCopyWorth: 0.5 } });
/** Near ones, those of a floor, absurd ones. */
const bucket = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: FLOOR_BUCKET - 3, max: FLOOR_BUCKET + 3 }),
  fc.constantFrom(-(1 << 21), 1 << 23),
);
const track = fc.record({
  first: fc.oneof(bucket, fc.constantFrom(NEVER_KEPT, NO_STEP)),
  second: fc.oneof(bucket, fc.constant(NO_STEP)),
  value: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0.1, 3e9, 1e15)),
  copyFirst: fc.boolean(),
  opens: fc.constantFrom(0, IS_ORIGINAL_OPEN, IS_ORIGINAL_OPEN | IS_COPY_OPEN),
});
type Track = typeof track extends fc.Arbitrary<infer T> ? T : never;
const [ORIGINAL, COPY] = [100, 40];

function columns(tracks: readonly Track[]): { tracks: TrackColumns; steps: StepColumns } {
  const length = tracks.length;
  return {
    tracks: {
      trackIds: new BigUint64Array(length),
      assumedMs: new Uint32Array(length),
      values: Float64Array.from(tracks, ({ value }) => value),
      traits: Uint8Array.from(tracks, ({ opens }) => opens),
      marks: new Uint8Array(length),
      held: null,
      ranks: null,
    },
    steps: {
      originals: new Float64Array(length).fill(ORIGINAL),
      copies: new Float64Array(length).fill(COPY),
      copyFirst: Uint8Array.from(tracks, ({ copyFirst }) => Number(copyFirst)),
      firstBuckets: Int32Array.from(tracks, ({ first }) => first),
      // A second step is one from the copy on.
      secondBuckets: Int32Array.from(tracks, ({ first, second, copyFirst }) =>
        copyFirst && first > NEVER_KEPT ? second : NO_STEP,
      ),
    },
  };
}

test("sums are exact, whatever the order and the blocks they come in", () => {
  fc.assert(
    fc.property(fc.array(track, { maxLength: 60 }), fc.nat(60), (all, cut) => {
      const whole = new BucketSums();
      const one = columns(all);
      whole.add(one.tracks, one.steps, policy);
      const together = whole.take();

      const parts = new BucketSums();
      const stretches = [all.slice(cut).reverse(), all.slice(0, cut)].map((some) => {
        const part = columns(some);
        parts.add(part.tracks, part.steps, policy);
        return parts.take();
      });
      for (const stretch of stretches) parts.addAll(stretch);
      const added = parts.take();
      expect(added.buckets).toEqual(together.buckets);
      expect(added.sums).toEqual(together.sums);

      for (const of of new Set(all.map(({ first }) => first))) {
        if (of < NEVER_KEPT) continue;
        const firsts = all.filter(({ first }) => first === of);
        const seconds = all.filter(
          ({ copyFirst, first, second }) => copyFirst && first > NEVER_KEPT && second === of,
        );
        const micros =
          firsts.reduce((sum, one) => sum + micro(one.copyFirst ? one.value * 0.5 : one.value), 0n) +
          seconds.reduce((sum, one) => sum + micro(one.value * 0.5), 0n);
        const sums = together.of(of);
        expect(sums.value).toBe(Number(micros) / 1e6);
        expect(sums.originals).toBe(firsts.filter((one) => !one.copyFirst).length + seconds.length);
        expect(sums.copies).toBe(firsts.filter((one) => one.copyFirst).length - seconds.length);
        const blocks = firsts.reduce((sum, one) => sum + (one.copyFirst ? COPY : ORIGINAL), 0);
        expect(sums.blocksOpen + sums.blocksDark).toBe(blocks + seconds.length * (ORIGINAL - COPY));
      }
    }),
  );
});

const micro = (value: number): bigint => BigInt(Math.round(value * 1e6));
