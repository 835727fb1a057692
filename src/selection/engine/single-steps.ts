import type { StretchSums } from "./bucket-sums.ts";
import type { PlanningSession } from "./planning-session.ts";
import type { CountedSteps } from "./read-curve.ts";
import type { Sums } from "./step-curve.ts";
import { blocksOf, eachStretch, IS_COPY_OPEN, IS_ORIGINAL_OPEN, type TrackColumns } from "./track-columns.ts";
import {
  firstValue,
  LOWEST_BUCKET,
  NO_STEP,
  type StepColumns,
  StepWeigher,
  secondValue,
} from "./weigh-steps.ts";

/** One step of one track. */
export interface Step {
  readonly trackId: bigint;
  /** 0: the first step of the track, 1: the second. */
  readonly rank: 0 | 1;
  readonly bucket: number;
  /** Of the track's first step. */
  readonly firstBucket: number;
  /** What the step adds. */
  readonly sums: Sums;
}

/** Steps that are looked at for what is left. */
const MAX_STEPS_BEYOND = 100_000;

/** The steps of one bucket in a stretch, in the order of the walk; without a bucket, all of them by track. */
export function* stepsOf(
  session: PlanningSession,
  tracks: TrackColumns,
  bucket: number | null = null,
): Generator<Step> {
  const weigher = new StepWeigher(session);
  const copyWorth = session.policy.selection.accessCopyWorth;
  const isWanted = (of: number): boolean => (bucket === null ? of >= LOWEST_BUCKET : of === bucket);
  for (const block of blocksOf(tracks)) {
    const steps = weigher.weigh(block);
    for (const [at, first] of steps.firstBuckets.entries()) {
      if (isWanted(first)) yield stepAt(block, steps, at, 0, copyWorth);
      if (isWanted(steps.secondBuckets[at] ?? NO_STEP)) yield stepAt(block, steps, at, 1, copyWorth);
    }
  }
}

/**
 * The next steps of the walk after a place in it, of at most so many blocks, in its order. No more are looked at than
 * what a bucket more than 100,000 holds.
 */
export async function stepsBeyond(
  session: PlanningSession,
  { whole, stretches }: CountedSteps,
  from: {
    readonly bucket: number;
    readonly track: bigint;
    /** The stretch that the track is in. */
    readonly stretch: number;
    readonly blocks: number;
  },
): Promise<readonly Step[]> {
  const copyWorth = session.policy.selection.accessCopyWorth;
  const lowest = lowestBucket(whole, from.bucket);
  const weigher = new StepWeigher(session);
  const found = new Map<number, Step[]>();
  const look = (tracks: TrackColumns, weighed: StepColumns, at: number, rank: 0 | 1): void => {
    const bucket = (rank === 0 ? weighed.firstBuckets : weighed.secondBuckets)[at] ?? 0;
    if (bucket > from.bucket || bucket < lowest) return;
    const trackId = tracks.trackIds[at] ?? 0n;
    if (bucket === from.bucket && trackId < from.track) return;
    const of = found.get(bucket) ?? [];
    if (of.length >= MAX_STEPS_BEYOND) return;
    const step = stepAt(tracks, weighed, at, rank, copyWorth);
    if (sizeOf(weighed, at, rank) > from.blocks) return;
    of.push(step);
    found.set(bucket, of);
  };
  // Of the bucket alone, nothing stands in the stretches before.
  const first = lowest === from.bucket ? from.stretch : 0;
  for await (const { at: stretch, tracks } of eachStretch(session, undefined, first)) {
    if (stretches[stretch]?.hasBetween(lowest, from.bucket) !== true) continue;
    for (const block of blocksOf(tracks)) {
      const weighed = weigher.weigh(block);
      for (let at = 0; at < block.trackIds.length; at += 1) {
        look(block, weighed, at, 0);
        look(block, weighed, at, 1);
      }
    }
    if (lowest === from.bucket && (found.get(lowest)?.length ?? 0) >= MAX_STEPS_BEYOND) break;
  }
  return [...found]
    .sort(([a], [b]) => b - a)
    .flatMap(([, of]) => of)
    .slice(0, MAX_STEPS_BEYOND);
}

/** The bucket down to which there are steps enough from this one on. */
function lowestBucket(whole: StretchSums, highest: number): number {
  let lowest = highest;
  let steps = 0;
  for (const place of [...whole.places()].reverse()) {
    const bucket = whole.buckets[place] ?? 0;
    if (bucket > highest) continue;
    if (bucket < highest && steps >= MAX_STEPS_BEYOND) break;
    lowest = bucket;
    steps += whole.stepsAt(place);
  }
  return lowest;
}

function sizeOf({ originals, copies, copyFirst }: StepColumns, at: number, rank: 0 | 1): number {
  const original = originals[at] ?? 0;
  const copy = copies[at] ?? 0;
  if (rank === 1) return original - copy;
  return copyFirst[at] === 1 ? copy : original;
}

function stepAt(tracks: TrackColumns, steps: StepColumns, at: number, rank: 0 | 1, copyWorth: number): Step {
  const traits = tracks.traits[at] ?? 0;
  const isOriginalOpen = (traits & IS_ORIGINAL_OPEN) !== 0;
  const isCopyOpen = (traits & IS_COPY_OPEN) !== 0;
  const original = steps.originals[at] ?? 0;
  const copy = Number.isNaN(steps.copies[at] ?? 0) ? 0 : (steps.copies[at] ?? 0);
  const isCopyFirst = steps.copyFirst[at] === 1;
  const value = tracks.values[at] ?? 0;
  const takesOriginal = rank === 1 || !isCopyFirst;
  const takesCopy = rank === 0 && isCopyFirst;
  const givesCopy = rank === 1;
  const [originalBlocks, copyBlocks] = [
    takesOriginal ? original : 0,
    copy * (Number(takesCopy) - Number(givesCopy)),
  ];
  return {
    trackId: tracks.trackIds[at] ?? 0n,
    rank,
    bucket: (rank === 0 ? steps.firstBuckets : steps.secondBuckets)[at] ?? 0,
    firstBucket: steps.firstBuckets[at] ?? 0,
    sums: {
      originals: Number(takesOriginal),
      copies: Number(takesCopy) - Number(givesCopy),
      blocksOpen: (isOriginalOpen ? originalBlocks : 0) + (isCopyOpen ? copyBlocks : 0),
      blocksDark: (isOriginalOpen ? 0 : originalBlocks) + (isCopyOpen ? 0 : copyBlocks),
      value:
        Math.round(
          (rank === 0 ? firstValue(value, isCopyFirst, copyWorth) : secondValue(value, copyWorth)) * 1e6,
        ) / 1e6,
    },
  };
}
