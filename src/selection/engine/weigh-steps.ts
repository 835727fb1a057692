import type { Policy } from "../../core/index.ts";
import type { PlanningSession } from "./planning-session.ts";
import { BLOCK_ROWS, type TrackColumns, WANTS_ORIGINAL } from "./track-columns.ts";
import { MARK } from "./track-marks.ts";

/** Added to the bucket of a step that stands on a floor: more than any other bucket. */
export const FLOOR_BUCKET: number = 1 << 29;
/** Below the bucket of any step. */
export const LOWEST_BUCKET: number = -(1 << 30);
/** Instead of a bucket: the rule never keeps it. */
export const NEVER_KEPT: number = LOWEST_BUCKET - 1;
/** Instead of a bucket: there is no such step. */
export const NO_STEP: number = LOWEST_BUCKET - 2;

const BLOCK_BYTES = 512;
/** The mean of what fills a header, JSON and audio up to blocks, and JSON without tags; see `facts.sql`. */
const COPY_MARGIN = 1.02;
/** Chromaprint, in the JSON of a track. */
const FINGERPRINT_BYTES_PER_MS = 0.042;
/** Assumed files have half a block of padding for each of JSON and audio, and no tags; a copy has a longer header. */
const ORIGINAL_EXTRA_BLOCKS = 8;
const COPY_EXTRA_BLOCKS = 16;

/** The steps of each track of a block, up its convex hull: from nothing over the access copy to the original. */
export interface StepColumns {
  /** Blocks of 512 bytes; NaN: there is none. */
  readonly originals: Float64Array;
  readonly copies: Float64Array;
  /** 1: the first step is to the access copy. */
  readonly copyFirst: Uint8Array;
  /** Whole numbers, or `NEVER_KEPT` or `NO_STEP`. */
  readonly firstBuckets: Int32Array;
  readonly secondBuckets: Int32Array;
}

/**
 * Weighs the tracks of a block. A step's bucket is its value for 512 bytes on a logarithmic scale (rule `listens`), or what
 * the published rule goes by; see docs/decisions/selection-at-scale.md. The logarithm is that of JavaScript's engine, which
 * is the same on every machine.
 */
export class StepWeigher {
  readonly #policy: Policy;
  readonly #bucketsPerOctave: number;
  readonly #originals = new Float64Array(BLOCK_ROWS);
  readonly #copies = new Float64Array(BLOCK_ROWS);
  readonly #copyFirst = new Uint8Array(BLOCK_ROWS);
  readonly #firstBuckets = new Int32Array(BLOCK_ROWS);
  readonly #secondBuckets = new Int32Array(BLOCK_ROWS);

  constructor({ policy, bucketsPerOctave }: Pick<PlanningSession, "policy" | "bucketsPerOctave">) {
    this.#policy = policy;
    this.#bucketsPerOctave = bucketsPerOctave;
  }

  /** The steps are good until the next call. Throws `RangeError` for more than a block. */
  weigh(tracks: TrackColumns): StepColumns {
    const length = tracks.trackIds.length;
    if (length > BLOCK_ROWS) throw new RangeError(`a block of ${length} tracks`);
    const steps = {
      originals: this.#originals.subarray(0, length),
      copies: this.#copies.subarray(0, length),
      copyFirst: this.#copyFirst.subarray(0, length),
      firstBuckets: this.#firstBuckets.subarray(0, length),
      secondBuckets: this.#secondBuckets.subarray(0, length),
    };
    const { selection } = this.#policy;
    measureBlocks(tracks, steps, this.#policy);
    if (selection.rule === "published") bucketsByRank(tracks, steps, selection.priorityCut);
    else bucketsByValue(tracks, steps, selection.accessCopyWorth, this.#bucketsPerOctave);
    return steps;
  }
}

/** What a first step is worth, of tracks worth `value` as originals. */
export function firstValue(value: number, copyFirst: boolean, copyWorth: number): number {
  return copyFirst ? value * copyWorth : value;
}

export function secondValue(value: number, copyWorth: number): number {
  return value * (1 - copyWorth);
}

/** A held file is as large as it is; without one, so large as the policy says. */
function measureBlocks(
  { assumedMs, held }: TrackColumns,
  { originals, copies }: StepColumns,
  { selection: { assumeHoldings }, accessCopy }: Policy,
): void {
  const copyKbps = accessCopy.bitrateKbps * COPY_MARGIN;
  const originalKbps = assumeHoldings?.bitrateKbps ?? Number.NaN;
  const originalPerMs = blocksPerMs(originalKbps);
  const copyPerMs = originalKbps > copyKbps ? blocksPerMs(copyKbps) : Number.NaN;
  for (let at = 0; at < originals.length; at += 1) {
    const ms = assumedMs[at] ?? 0;
    originals[at] = Math.floor(ms * originalPerMs + ORIGINAL_EXTRA_BLOCKS + 0.5);
    copies[at] = Math.floor(ms * copyPerMs + COPY_EXTRA_BLOCKS + 0.5);
  }
  if (held === null) return;
  for (let at = 0; at < originals.length; at += 1) {
    const blocks = held.originals[at] ?? Number.NaN;
    if (Number.isNaN(blocks)) continue;
    originals[at] = blocks;
    copies[at] = held.copies[at] ?? Number.NaN;
  }
}

/** Blocks for each millisecond at a bit rate. */
function blocksPerMs(kbps: number): number {
  return (kbps / 8 + FINGERPRINT_BYTES_PER_MS) / BLOCK_BYTES;
}

function competes(mark: number, originalBlocks: number): boolean {
  return (mark === 0 || mark === MARK.floor) && !Number.isNaN(originalBlocks);
}

function bucketsByValue(
  { values, traits, marks }: TrackColumns,
  { originals, copies, copyFirst, firstBuckets, secondBuckets }: StepColumns,
  copyWorth: number,
  bucketsPerOctave: number,
): void {
  for (let at = 0; at < firstBuckets.length; at += 1) {
    const mark = marks[at] ?? 0;
    const original = originals[at] ?? Number.NaN;
    secondBuckets[at] = NO_STEP;
    if (!competes(mark, original)) {
      copyFirst[at] = 0;
      firstBuckets[at] = NO_STEP;
      continue;
    }
    const copy = copies[at] ?? Number.NaN;
    const value = values[at] ?? 0;
    const wantsOriginal = ((traits[at] ?? 0) & WANTS_ORIGINAL) !== 0;
    // The copy is on the hull where it gives more for a block than the original does.
    const isCopyFirst = copy <= original && (!wantsOriginal || copy < original * copyWorth);
    copyFirst[at] = isCopyFirst ? 1 : 0;
    const perBlock = firstValue(value, isCopyFirst, copyWorth) / (isCopyFirst ? copy : original);
    firstBuckets[at] =
      Math.floor(Math.log2(perBlock) * bucketsPerOctave) + (mark === MARK.floor ? FLOOR_BUCKET : 0);
    if (isCopyFirst && wantsOriginal && copyWorth < 1) {
      const more = secondValue(value, copyWorth) / (original - copy);
      secondBuckets[at] = Math.floor(Math.log2(more) * bucketsPerOctave);
    }
  }
}

/** Buckets below those of popularity, which are thousandths of a point from here on. */
const POPULAR_BUCKET = 1_000_000;
const PRIORITY_STEPS = 16_384;

/** Popularity above 0 first, as originals; then the rest by priority, as access copies. One step a track. */
function bucketsByRank(
  { traits, marks, ranks }: TrackColumns,
  { originals, copies, copyFirst, firstBuckets, secondBuckets }: StepColumns,
  priorityCut: number,
): void {
  secondBuckets.fill(NO_STEP);
  for (let at = 0; at < firstBuckets.length; at += 1) {
    const mark = marks[at] ?? 0;
    const original = originals[at] ?? Number.NaN;
    if (!competes(mark, original)) {
      copyFirst[at] = 0;
      firstBuckets[at] = NO_STEP;
      continue;
    }
    const isPopular = ((traits[at] ?? 0) & WANTS_ORIGINAL) !== 0;
    const priority = ranks?.priorities[at] ?? 0;
    copyFirst[at] = (copies[at] ?? Number.NaN) <= original && !isPopular ? 1 : 0;
    const byPriority = Math.floor(priority * PRIORITY_STEPS);
    if (!isPopular && !(priority >= priorityCut)) firstBuckets[at] = NEVER_KEPT;
    else if (mark === MARK.floor) firstBuckets[at] = FLOOR_BUCKET + byPriority;
    else if (isPopular) firstBuckets[at] = POPULAR_BUCKET + Math.floor((ranks?.popularities[at] ?? 0) * 1000);
    else firstBuckets[at] = byPriority;
  }
}
