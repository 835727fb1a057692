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

/** The steps of all candidates in the order in which a greedy walk takes them; the same walk serves every budget. */
export interface StepWalk<Kind extends string = string> {
  readonly steps: readonly WalkStep<Kind>[];
  readonly candidateCount: number;
}

interface WalkStep<Kind extends string> extends HullStep<Kind> {
  readonly candidate: number;
  /** How many steps of the candidate come before this one. */
  readonly rank: number;
  readonly isFloor: boolean;
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
  const steps = candidates.flatMap(({ offers, isFloor }, candidate) =>
    convexHull(offers).map((step, rank) => ({
      ...step,
      candidate,
      rank,
      isFloor: rank === 0 && isFloor === true,
    })),
  );
  const idOf = (step: WalkStep<Kind>): bigint => candidates[step.candidate]?.trackId ?? 0n;
  steps.sort((a, b) => {
    if (a.isFloor !== b.isFloor) return a.isFloor ? -1 : 1;
    if (a.slope !== b.slope) return a.slope > b.slope ? -1 : 1;
    const [idA, idB] = [idOf(a), idOf(b)];
    return idA < idB ? -1 : idA > idB ? 1 : a.rank - b.rank;
  });
  return { steps, candidateCount: candidates.length };
}

/** Walks the ordered steps once. */
export function walkWithinBudget<Kind extends string>(
  walk: StepWalk<Kind>,
  budgetBytes: number | null,
): Selection<Kind> {
  const choices: Choice<Kind>[] = new Array(walk.candidateCount).fill({ kind: null, byFloor: false });
  const taken = new Uint8Array(walk.candidateCount);
  let bytes = 0;
  let value = 0;
  for (const step of walk.steps) {
    // A step is only open to a track that has taken the one before it.
    if (taken[step.candidate] !== step.rank) continue;
    if (budgetBytes !== null && bytes + step.bytes > budgetBytes) continue;
    taken[step.candidate] = step.rank + 1;
    choices[step.candidate] = { kind: step.kind, byFloor: step.isFloor };
    bytes += step.bytes;
    value += step.value;
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
  const allBytes = walk.steps.reduce((sum, step) => sum + step.bytes, 0);
  const curve: CurvePoint[] = [];
  let bytes = 0;
  let value = 0;
  for (const step of walk.steps) {
    bytes += step.bytes;
    value += step.value;
    while (curve.length < points && bytes >= (allBytes * (curve.length + 1)) / points)
      curve.push({ bytes, value });
  }
  return curve;
}
