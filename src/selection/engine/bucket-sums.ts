import type { Policy } from "../../core/index.ts";
import { NOTHING, type Sums } from "./step-curve.ts";
import { IS_COPY_OPEN, IS_ORIGINAL_OPEN, type TrackColumns } from "./track-columns.ts";
import { firstValue, LOWEST_BUCKET, NEVER_KEPT, type StepColumns, secondValue } from "./weigh-steps.ts";

/** What is added up of each bucket. Value in whole millionths of a listen, so that its sum does not depend on the order. */
const FIELDS = { steps: 0, originals: 1, copies: 2, blocksOpen: 3, blocksDark: 4, high: 5, low: 6 } as const;
const WIDTH = 7;
/** A sum of millionths in two numbers: whole multiples of 2^32, and what is left. Exact up to 2^85. */
const UPPER = 2 ** 32;
/** Buckets from here on, so many, are found without a search: all but those of floors and of absurd worth. */
const NEAR_FIRST = -(1 << 20);
const NEAR_COUNT = 1 << 22;

/** The sums of steps by bucket. */
export class BucketSums {
  #buckets: number[] = [];
  #sums = new Float64Array(WIDTH * 1024);
  readonly #near = new Int32Array(NEAR_COUNT);
  readonly #far = new Map<number, number>();

  /** Adds the steps of a block up. */
  add(tracks: TrackColumns, steps: StepColumns, { selection }: Policy): void {
    const { values, traits } = tracks;
    const { originals, copies, copyFirst, firstBuckets, secondBuckets } = steps;
    const copyWorth = selection.accessCopyWorth;
    for (let at = 0; at < firstBuckets.length; at += 1) {
      const first = firstBuckets[at] ?? 0;
      if (first < NEVER_KEPT) continue;
      const isCopy = copyFirst[at] === 1;
      const opens = traits[at] ?? 0;
      const value = values[at] ?? 0;
      const original = originals[at] ?? 0;
      const copy = copies[at] ?? 0;
      const isOriginalOpen = (opens & IS_ORIGINAL_OPEN) !== 0;
      const isCopyOpen = (opens & IS_COPY_OPEN) !== 0;
      const blocks = isCopy ? copy : original;
      const isOpen = isCopy ? isCopyOpen : isOriginalOpen;
      const worth = firstValue(value, isCopy, copyWorth);
      this.#addStep(first, isCopy ? 0 : 1, isCopy ? 1 : 0, isOpen ? blocks : 0, isOpen ? 0 : blocks, worth);
      const second = secondBuckets[at] ?? 0;
      if (second <= NEVER_KEPT) continue;
      // The copy gives way to the original, which may be on the other side of the gate.
      const open = (isOriginalOpen ? original : 0) - (isCopyOpen ? copy : 0);
      const dark = (isOriginalOpen ? 0 : original) - (isCopyOpen ? 0 : copy);
      this.#addStep(second, 1, -1, open, dark, secondValue(value, copyWorth));
    }
  }

  /** Adds other sums to these. */
  addAll(other: StretchSums): void {
    for (const [index, bucket] of other.buckets.entries()) {
      const base = this.#baseOf(bucket);
      for (let field = 0; field < WIDTH; field += 1) {
        this.#sums[base + field] = (this.#sums[base + field] ?? 0) + (other.sums[index * WIDTH + field] ?? 0);
      }
      carry(this.#sums, base);
    }
  }

  /** What was added so far, in the order of the buckets, and begins anew. */
  take(): StretchSums {
    const buckets = Int32Array.from(this.#buckets).sort();
    const sums = new Float64Array(buckets.length * WIDTH);
    for (const [index, bucket] of buckets.entries()) {
      const base = this.#baseOf(bucket);
      carry(this.#sums, base);
      sums.set(this.#sums.subarray(base, base + WIDTH), index * WIDTH);
    }
    for (const bucket of buckets) this.#forget(bucket);
    this.#buckets = [];
    this.#sums.fill(0);
    return new StretchSums(buckets, sums);
  }

  #addStep(
    bucket: number,
    originals: number,
    copies: number,
    open: number,
    dark: number,
    listens: number,
  ): void {
    const base = this.#baseOf(bucket);
    const sums = this.#sums;
    const millionths = Math.round(listens * 1e6);
    const high = Math.floor(millionths / UPPER);
    sums[base] = (sums[base] ?? 0) + 1;
    sums[base + 1] = (sums[base + 1] ?? 0) + originals;
    sums[base + 2] = (sums[base + 2] ?? 0) + copies;
    sums[base + 3] = (sums[base + 3] ?? 0) + open;
    sums[base + 4] = (sums[base + 4] ?? 0) + dark;
    sums[base + 5] = (sums[base + 5] ?? 0) + high;
    sums[base + 6] = (sums[base + 6] ?? 0) + (millionths - high * UPPER);
  }

  /** Where the sums of a bucket begin; places count from 1, so that 0 means none. */
  #baseOf(bucket: number): number {
    const near = bucket - NEAR_FIRST;
    const isNear = near >= 0 && near < NEAR_COUNT;
    const place = isNear ? (this.#near[near] ?? 0) : (this.#far.get(bucket) ?? 0);
    if (place > 0) return (place - 1) * WIDTH;
    const added = this.#buckets.push(bucket);
    if (isNear) this.#near[near] = added;
    else this.#far.set(bucket, added);
    if (added * WIDTH > this.#sums.length) {
      const larger = new Float64Array(this.#sums.length * 2);
      larger.set(this.#sums);
      this.#sums = larger;
    }
    return (added - 1) * WIDTH;
  }

  #forget(bucket: number): void {
    const near = bucket - NEAR_FIRST;
    if (near >= 0 && near < NEAR_COUNT) this.#near[near] = 0;
    else this.#far.delete(bucket);
  }
}

/** The sums of one stretch by bucket; the buckets rise. */
export class StretchSums {
  readonly buckets: Int32Array;
  readonly sums: Float64Array;

  constructor(buckets: Int32Array, sums: Float64Array) {
    this.buckets = buckets;
    this.sums = sums;
  }

  /** Of the bucket at a place. */
  at(index: number): Sums {
    const field = (name: keyof typeof FIELDS): number => this.sums[index * WIDTH + FIELDS[name]] ?? 0;
    return {
      originals: field("originals"),
      copies: field("copies"),
      blocksOpen: field("blocksOpen"),
      blocksDark: field("blocksDark"),
      value: (field("high") * UPPER + field("low")) / 1e6,
    };
  }

  /** Of one bucket; nothing where it has no step. */
  of(bucket: number): Sums {
    const index = this.#indexOf(bucket);
    return index < 0 ? NOTHING : this.at(index);
  }

  /** How many steps the bucket at a place has. */
  stepsAt(index: number): number {
    return this.sums[index * WIDTH + FIELDS.steps] ?? 0;
  }

  /** Whether there is a step in one of the buckets from `low` to `high`. */
  hasBetween(low: number, high: number): boolean {
    return this.buckets.some((bucket) => bucket >= low && bucket <= high);
  }

  /** Expected listens of what the rule never keeps. */
  get beyondValue(): number {
    return this.of(NEVER_KEPT).value;
  }

  /** Places of real buckets. */
  *places(): Generator<number> {
    for (const [index, bucket] of this.buckets.entries()) if (bucket >= LOWEST_BUCKET) yield index;
  }

  #indexOf(bucket: number): number {
    return this.buckets.indexOf(bucket);
  }
}

/** Moves what the lower number holds beyond 2^32 to the upper one. */
function carry(sums: Float64Array, base: number): void {
  const low = sums[base + FIELDS.low] ?? 0;
  const more = Math.floor(low / UPPER);
  sums[base + FIELDS.high] = (sums[base + FIELDS.high] ?? 0) + more;
  sums[base + FIELDS.low] = low - more * UPPER;
}
