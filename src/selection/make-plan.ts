import { currentSnapshot } from "../catalogue/index.ts";
import type { Archive, Clock, Policy, Reporter } from "../core/index.ts";
import { loadGate } from "../rights/index.ts";
import { gateSides } from "./gate-sides.ts";
import type { PlanSummary } from "./plan-summary.ts";
import { planWith } from "./plan-with.ts";

export interface PlanOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** What the sealed shards may take; no limit when left out. */
  readonly budgetBytes?: number | undefined;
  /** The archive's own policy when left out. */
  readonly policy?: Policy | undefined;
  /** Decide and add up, write nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Decides for every track of the current snapshot what is kept of it, and makes that the current plan. The same snapshot,
 * rights, policy and budget give the same plan. Throws `UsageError` for a budget that is no number of bytes, `FailedError`
 * when there is no catalogue yet.
 */
export async function makePlan(options: PlanOptions): Promise<PlanSummary> {
  const { archive, reporter, signal, clock } = options;
  const snapshot = await currentSnapshot(archive);
  const gate = await loadGate(archive, clock ? { clock } : {});
  return planWith({
    archive,
    reporter,
    signal,
    clock,
    snapshot,
    rightsId: gate.rightsId,
    gatesOf: (trackId) => gateSides(gate.decide(trackId)),
    policy: options.policy ?? archive.config.policy,
    budgetBytes: options.budgetBytes ?? null,
    dryRun: options.dryRun ?? false,
  });
}
