import { convexHull, type HullStep, type Offer } from "./convex-hull.ts";

/** A track that competes for the budget. Not being kept costs nothing and is worth nothing. */
export interface Candidate<Kind extends string = string> {
  readonly trackId: bigint;
  readonly offers: readonly Offer<Kind>[];
  /** Kept, at its cheapest offer on the hull, before others compete. */
  readonly isFloor?: boolean;
}

export interface Choice<Kind extends string = string> {
  /** What the track is kept as, or null. */
  readonly kind: Kind | null;
  /** Kept by the floor alone: it was not raised beyond its first step. */
  readonly byFloor: boolean;
}

export interface Selection<Kind extends string = string> {
  /** One for each candidate, in the order they came. */
  readonly choices: readonly Choice<Kind>[];
  readonly bytes: number;
  readonly value: number;
}

/**
 * The steps of all candidates in the order in which a greedy walk takes them; the same walk serves every budget. One entry
 * a step in each column: there are some hundreds of millions of steps in the largest catalogues.
 */
export interface StepWalk<Kind extends string = string> {
  readonly bytes: Float64Array;
  readonly value: Float64Array;
  /** Place of the candidate among those given. */
  readonly candidate: Uint32Array;
  /** How many steps of the candidate come before this one. */
  readonly rank: Uint8Array;
  /** What the candidate is kept as when the step is its last. */
  readonly choice: readonly Choice<Kind>[];
  readonly candidateCount: number;
}

/**
 * The kept tracks that are worth most within `budgetBytes` (null: no limit): a multiple-choice knapsack.
 *
 * A greedy walk takes the step with the most value for a byte, of any track, as long as it fits. It never exceeds the
 * budget, is within the value of one step of the best possible answer, and without floors never gives less for more.
 * The order in which the candidates come does not matter.
 */
export function selectWithinBudget<Kind extends string>(
  candidates: readonly Candidate<Kind>[],
  budgetBytes: number | null,
): Selection<Kind> {
  return walkWithinBudget(orderSteps(candidates), budgetBytes);
}

/** Sorts the steps of all candidates: floors first, then by value for each byte, then by track id. */
export function orderSteps<Kind extends string>(candidates: readonly Candidate<Kind>[]): StepWalk<Kind> {
  const steps: OrderedStep<Kind>[] = [];
  for (const [candidate, { offers, isFloor, trackId }] of candidates.entries()) {
    for (const [rank, step] of convexHull(offers).entries()) {
      steps.push({ step, rank, candidate, trackId, isFloor: rank === 0 && isFloor === true });
    }
  }
  steps.sort(byPrecedence);
  return {
    bytes: Float64Array.from(steps, ({ step }) => step.bytes),
    value: Float64Array.from(steps, ({ step }) => step.value),
    candidate: Uint32Array.from(steps, ({ candidate }) => candidate),
    rank: Uint8Array.from(steps, ({ rank }) => rank),
    choice: steps.map(({ step, isFloor }) => ({ kind: step.kind, byFloor: isFloor })),
    candidateCount: candidates.length,
  };
}

interface OrderedStep<Kind extends string> {
  readonly step: HullStep<Kind>;
  readonly rank: number;
  readonly candidate: number;
  readonly trackId: bigint;
  readonly isFloor: boolean;
}

function byPrecedence(a: OrderedStep<string>, b: OrderedStep<string>): number {
  if (a.isFloor !== b.isFloor) return a.isFloor ? -1 : 1;
  if (a.step.slope !== b.step.slope) return a.step.slope > b.step.slope ? -1 : 1;
  return a.trackId < b.trackId ? -1 : a.trackId > b.trackId ? 1 : a.rank - b.rank;
}

/** Walks the ordered steps once. */
export function walkWithinBudget<Kind extends string>(
  walk: StepWalk<Kind>,
  budgetBytes: number | null,
): Selection<Kind> {
  const limit = budgetBytes ?? Number.POSITIVE_INFINITY;
  const nothing: Choice<Kind> = { kind: null, byFloor: false };
  const choices = new Array<Choice<Kind>>(walk.candidateCount).fill(nothing);
  const taken = new Uint8Array(walk.candidateCount);
  let bytes = 0;
  let value = 0;
  for (let at = 0; at < walk.bytes.length; at += 1) {
    const candidate = walk.candidate[at] ?? 0;
    const rank = walk.rank[at] ?? 0;
    const stepBytes = walk.bytes[at] ?? 0;
    // A step is only open to a track that has taken the one before it.
    if (taken[candidate] !== rank || bytes + stepBytes > limit) continue;
    taken[candidate] = rank + 1;
    choices[candidate] = walk.choice[at] ?? nothing;
    bytes += stepBytes;
    value += walk.value[at] ?? 0;
  }
  return { choices, bytes, value };
}

export interface CurvePoint {
  readonly bytes: number;
  readonly value: number;
}

/**
 * The marginal curve: what the best `points` budgets, evenly spaced up to everything, would give. The slope at a point is
 * what one more byte would buy there.
 */
export function marginalCurve(walk: StepWalk, points: number): readonly CurvePoint[] {
  const allBytes = walk.bytes.reduce((sum, one) => sum + one, 0);
  const curve: CurvePoint[] = [];
  let bytes = 0;
  let value = 0;
  for (const [at, stepBytes] of walk.bytes.entries()) {
    bytes += stepBytes;
    value += walk.value[at] ?? 0;
    while (curve.length < points && bytes >= (allBytes * (curve.length + 1)) / points)
      curve.push({ bytes, value });
  }
  return curve;
}
