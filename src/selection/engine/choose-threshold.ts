import type { PlanningSession } from "./planning-session.ts";
import type { CountedSteps } from "./read-curve.ts";
import { type Step, stepsBeyond, stepsOf } from "./single-steps.ts";
import { addSums, type StepCurve, type Sums, shardsOf } from "./step-curve.ts";
import { readStretch } from "./track-columns.ts";
import { LOWEST_BUCKET } from "./weigh-steps.ts";

/** Where the walk ends: steps of better buckets are taken, of this bucket those of smaller ids, and some beyond. */
export interface Threshold {
  readonly bucket: number;
  /** The first id of which no step of the bucket is taken; 2^64 when all are. */
  readonly track: bigint;
  /** Steps beyond that still fitted, by track: how many of its steps the track takes. */
  readonly extra: ReadonlyMap<bigint, number>;
  /** What is kept. */
  readonly sums: Sums;
}

/** When less than this share of the budget is left, smaller tracks further down are not looked for. */
const NEGLIGIBLE_SHARE = 1e-6;
const BLOCK_BYTES = 512;

/**
 * Finds where a greedy walk over all steps ends within a budget of sealed bytes: bucket, then stretch, then track. What is
 * left then goes to the next steps that fit.
 */
export async function chooseThreshold(
  session: PlanningSession,
  counted: CountedSteps,
  budgetBytes: number | null,
): Promise<Threshold> {
  const { curve, stretches } = counted;
  const crossing = budgetBytes === null ? null : curve.crossing(budgetBytes);
  const bucket = crossing === null ? undefined : curve.buckets[crossing.at]?.bucket;
  if (crossing === null || bucket === undefined || budgetBytes === null) return everything(curve);
  const sealed = (sums: Sums): number => shardsOf(sums, session.policy.packing).bytes;
  let sums = crossing.before;
  let at = 0;
  for (const [index, stretch] of stretches.entries()) {
    const after = addSums(sums, stretch.of(bucket));
    at = index;
    if (sealed(after) > budgetBytes) break;
    sums = after;
  }
  const walk = new Walk(sums, (after) => sealed(after) <= budgetBytes);
  const range = session.catalogue.ranges[at];
  // The first step that does not fit ends the walk: a threshold, which holds for all tracks.
  let end = range ? range.last + 1n : 0n;
  if (range) {
    for (const step of stepsOf(session, await readStretch(session, range), bucket)) {
      if (walk.take(step)) continue;
      end = step.trackId;
      break;
    }
  }
  // The steps before it follow from the threshold.
  walk.forgetBefore(end);
  const left = budgetBytes - sealed(walk.sums);
  if (left > budgetBytes * NEGLIGIBLE_SHARE) {
    const blocks = Math.ceil((left + 2 * session.policy.packing.pieceLengthBytes) / BLOCK_BYTES);
    for (const step of await stepsBeyond(session, counted, { bucket, track: end, stretch: at, blocks })) {
      const firstIsAbove = step.firstBucket > bucket || (step.firstBucket === bucket && step.trackId < end);
      if (walk.isOpen(step, firstIsAbove)) walk.take(step);
    }
  }
  return { bucket, track: end, extra: walk.taken, sums: walk.sums };
}

function everything(curve: StepCurve): Threshold {
  return { bucket: LOWEST_BUCKET, track: 0n, extra: new Map(), sums: curve.whole };
}

/** Takes steps one by one as long as they fit. */
class Walk {
  sums: Sums;
  /** How many of its steps a track has taken here. */
  readonly taken = new Map<bigint, number>();
  readonly #fits: (sums: Sums) => boolean;

  constructor(sums: Sums, fits: (sums: Sums) => boolean) {
    this.sums = sums;
    this.#fits = fits;
  }

  take(step: Step): boolean {
    const after = addSums(this.sums, step.sums);
    if (!this.#fits(after)) return false;
    this.sums = after;
    this.taken.set(step.trackId, step.rank + 1);
    return true;
  }

  /** A step is only open to a track that has taken the one before it, and that has not taken the step already. */
  isOpen(step: Step, firstIsAbove: boolean): boolean {
    const taken = this.taken.get(step.trackId) ?? (firstIsAbove ? 1 : 0);
    return taken === step.rank;
  }

  forgetBefore(track: bigint): void {
    for (const id of this.taken.keys()) if (id < track) this.taken.delete(id);
  }
}
