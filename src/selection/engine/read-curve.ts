import type { Progress } from "../../core/index.ts";
import { BucketSums, type StretchSums } from "./bucket-sums.ts";
import type { PlanningSession } from "./planning-session.ts";
import { type Bucket, StepCurve } from "./step-curve.ts";
import { blocksOf, eachStretch } from "./track-columns.ts";
import { StepWeigher } from "./weigh-steps.ts";

/** The walk over all steps, and the sums of each stretch that it is made of. */
export interface CountedSteps {
  readonly curve: StepCurve;
  readonly whole: StretchSums;
  readonly stretches: readonly StretchSums[];
}

/** Goes through all tracks once and adds their steps up: the curve over all budgets. */
export async function readCurve(
  session: PlanningSession,
  options: { readonly signal?: AbortSignal | undefined; readonly progress?: Progress | undefined } = {},
): Promise<CountedSteps> {
  const { policy } = session;
  const weigher = new StepWeigher(session);
  const stretches: StretchSums[] = [];
  const sums = new BucketSums();
  for await (const { tracks } of eachStretch(session, options.signal)) {
    for (const block of blocksOf(tracks)) sums.add(block, weigher.weigh(block), policy);
    stretches.push(sums.take());
    options.progress?.advance(1);
  }
  for (const stretch of stretches) sums.addAll(stretch);
  const whole = sums.take();
  const buckets: Bucket[] = [];
  for (const place of whole.places()) {
    buckets.push({ bucket: whole.buckets[place] ?? 0, ...whole.at(place) });
  }
  return { curve: new StepCurve(buckets.reverse(), policy.packing, whole.beyondValue), whole, stretches };
}
