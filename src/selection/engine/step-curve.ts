import type { Policy } from "../../core/index.ts";
import { estimateShardsOf } from "../shard-estimate.ts";
import { FLOOR_BUCKET } from "./weigh-steps.ts";

/** What the steps down to some place of the walk come to. */
export interface Sums {
  /** Tracks kept as each tier. */
  readonly originals: number;
  readonly copies: number;
  /** In blocks of 512 bytes, on each side of the gate. */
  readonly blocksOpen: number;
  readonly blocksDark: number;
  /** Expected listens. */
  readonly value: number;
}

/** The sums of the steps of one bucket. */
export interface Bucket extends Sums {
  readonly bucket: number;
}

export const NOTHING: Sums = { originals: 0, copies: 0, blocksOpen: 0, blocksDark: 0, value: 0 };

export function addSums(a: Sums, b: Sums, share = 1): Sums {
  return {
    originals: a.originals + b.originals * share,
    copies: a.copies + b.copies * share,
    blocksOpen: a.blocksOpen + b.blocksOpen * share,
    blocksDark: a.blocksDark + b.blocksDark * share,
    value: a.value + b.value * share,
  };
}

export function bytesOf({ blocksOpen, blocksDark }: Sums): number {
  return (blocksOpen + blocksDark) * 512;
}

/** Sealed shards that hold these sums, each side of the gate in its own. */
export function shardsOf(sums: Sums, packing: Policy["packing"]): { shards: number; bytes: number } {
  const tracks = sums.originals + sums.copies;
  const meanBytes = tracks > 0 ? bytesOf(sums) / tracks : 0;
  const open = estimateShardsOf(sums.blocksOpen * 512, meanBytes, packing);
  const dark = estimateShardsOf(sums.blocksDark * 512, meanBytes, packing);
  return { shards: open.shards + dark.shards, bytes: open.bytes + dark.bytes };
}

export interface CurvePoint {
  readonly bytes: number;
  readonly value: number;
}

/** The walk over all steps, best bucket first: what every budget would keep. */
export class StepCurve {
  readonly buckets: readonly Bucket[];
  readonly whole: Sums;
  /** Expected listens of what the rule never keeps. */
  readonly beyondValue: number;
  readonly #packing: Policy["packing"];

  /** `buckets` in falling order. */
  constructor(buckets: readonly Bucket[], packing: Policy["packing"], beyondValue = 0) {
    this.buckets = buckets;
    this.beyondValue = beyondValue;
    this.whole = buckets.reduce<Sums>((sum, bucket) => addSums(sum, bucket), NOTHING);
    this.#packing = packing;
  }

  /** Expected listens of everything, whether the rule keeps it or not. */
  get wholeValue(): number {
    return this.whole.value + this.beyondValue;
  }

  /** The first bucket that does not fit as a whole, with the sums of those before it; null when all fit. */
  crossing(budgetBytes: number): { readonly at: number; readonly before: Sums } | null {
    let before = NOTHING;
    for (const [at, bucket] of this.buckets.entries()) {
      const after = addSums(before, bucket);
      if (shardsOf(after, this.#packing).bytes > budgetBytes) return { at, before };
      before = after;
    }
    return null;
  }

  /** What a budget keeps, the bucket in which it ends taken in proportion. */
  within(budgetBytes: number): Sums {
    const crossing = this.crossing(budgetBytes);
    if (crossing === null) return this.whole;
    const bucket = this.buckets[crossing.at];
    if (!bucket) return crossing.before;
    let [low, high] = [0, 1];
    for (let step = 0; step < 40; step += 1) {
      const share = (low + high) / 2;
      const sums = addSums(crossing.before, bucket, share);
      if (shardsOf(sums, this.#packing).bytes <= budgetBytes) low = share;
      else high = share;
    }
    const sums = addSums(crossing.before, bucket, low);
    return { ...sums, originals: Math.floor(sums.originals), copies: Math.floor(sums.copies) };
  }

  /**
   * No way to spend `bytes` on tracks is worth more: the relaxation that may keep parts of tracks, with the best worth of
   * a byte that the last bucket can have.
   */
  upperBound(bytes: number, bucketsPerOctave: number): number {
    let left = bytes;
    let value = 0;
    for (const bucket of this.buckets) {
      const bucketBytes = bytesOf(bucket);
      if (bucketBytes > left) {
        if (bucket.bucket > FLOOR_BUCKET / 2) return value + bucket.value;
        const bestPerByte = 2 ** ((bucket.bucket + 1) / bucketsPerOctave) / 512;
        return value + Math.min(bucket.value, left * bestPerByte);
      }
      left -= bucketBytes;
      value += bucket.value;
    }
    return value;
  }

  /** What `points` budgets, evenly spaced up to everything, would give. */
  points(count: number): readonly CurvePoint[] {
    const all = bytesOf(this.whole);
    const curve: CurvePoint[] = [];
    let sums = NOTHING;
    for (const bucket of this.buckets) {
      const after = addSums(sums, bucket);
      for (; curve.length < count; ) {
        const bytes = (all * (curve.length + 1)) / count;
        if (bytesOf(after) < bytes - 0.5) break;
        const width = bytesOf(after) - bytesOf(sums);
        const share = width > 0 ? (bytes - bytesOf(sums)) / width : 1;
        curve.push({ bytes: Math.round(bytes), value: sums.value + bucket.value * Math.min(1, share) });
      }
      sums = after;
    }
    return curve;
  }
}
