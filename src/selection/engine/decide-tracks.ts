import type { Policy, Reporter } from "../../core/index.ts";
import { throwIfAborted } from "../../core/index.ts";
import { chooseThreshold, type Threshold } from "./choose-threshold.ts";
import { markTracks } from "./mark-tracks.ts";
import type { PlanningCatalogue } from "./planning-catalogue.ts";
import { PlanningSession } from "./planning-session.ts";
import { type CountedSteps, readCurve } from "./read-curve.ts";
import { bytesOf, shardsOf } from "./step-curve.ts";

export interface CurveOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** Selects track_id, disseminate and derive of the tracks that have a right. */
  readonly gates: string;
  /** Selects track_id and recording of the tracks that sound the same. */
  readonly sounds?: string | null;
  readonly tracks: number;
  /** Memory for what has been read once, which need not be read again. */
  readonly keptBytes?: number;
}

/** A catalogue in which every step of every track is counted: what any budget would keep can be told. */
export interface CountedCatalogue extends CountedSteps {
  readonly session: PlanningSession;
}

/** Marks duplicates and floors, then goes through all tracks once. */
export async function countSteps(
  catalogue: PlanningCatalogue,
  policy: Policy,
  { reporter, signal, ...facts }: CurveOptions,
): Promise<CountedCatalogue> {
  const session = await PlanningSession.open(catalogue, policy, facts);
  throwIfAborted(signal);
  await markTracks(session, signal);
  // Rows then come in their order; reading, weighing and writing go side by side.
  await catalogue.database.run("set threads = 1");
  const progress = reporter.progress("weighing tracks", "items", catalogue.ranges.length);
  const counted = await readCurve(session, { signal, progress });
  progress.finish();
  return { session, ...counted };
}

/** Where the walk ends within a budget, and what that is worth. */
export interface Choice {
  readonly threshold: Threshold;
  readonly shards: { readonly count: number; readonly bytes: number };
  readonly value: { readonly kept: number; readonly bound: number | null; readonly whole: number };
}

export async function chooseWithin(
  { session, ...counted }: CountedCatalogue,
  budgetBytes: number | null,
): Promise<Choice> {
  const { curve } = counted;
  const threshold = await chooseThreshold(session, counted, budgetBytes);
  const { sums } = threshold;
  const { shards, bytes } = shardsOf(sums, session.policy.packing);
  const isGreedy = session.policy.selection.rule === "listens";
  // The bound may use what the walk had to leave over.
  const spare = budgetBytes === null ? 0 : Math.max(0, budgetBytes - bytes);
  const bound = isGreedy ? curve.upperBound(bytesOf(sums) + spare, session.bucketsPerOctave) : null;
  return {
    threshold,
    shards: { count: shards, bytes },
    value: {
      kept: withoutNoise(sums.value),
      bound: bound === null ? null : withoutNoise(Math.max(bound, sums.value)),
      whole: withoutNoise(curve.wholeValue),
    },
  };
}

/** Sums of many fractions carry noise in their last digits. */
export function withoutNoise(value: number): number {
  return Math.round(value * 1000) / 1000;
}
