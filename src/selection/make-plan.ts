import { currentRecordings, currentSnapshot } from "../catalogue/index.ts";
import { type Archive, type Clock, type Policy, type Reporter, sqlText } from "../core/index.ts";
import { freshRights } from "../rights/index.ts";
import type { PlanSummary } from "./plan-summary.ts";
import { type PlanInput, planWith } from "./plan-with.ts";

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
  return planWith({
    ...(await makeInput(options)),
    budgetBytes: options.budgetBytes ?? null,
    dryRun: options.dryRun ?? false,
  });
}

/** The current snapshot and rights, as planning takes them. Throws as `makePlan` does. */
export async function makeInput(
  options: Omit<PlanOptions, "budgetBytes" | "dryRun">,
): Promise<Omit<PlanInput, "budgetBytes" | "dryRun">> {
  const { archive, reporter, signal, clock } = options;
  const snapshot = await currentSnapshot(archive);
  const rights = await freshRights(archive, clock ? { clock } : {});
  const from = `read_parquet(${sqlText(rights.effectiveTable)}, hive_partitioning = false)`;
  return {
    archive,
    reporter,
    signal,
    clock,
    snapshot,
    rightsId: rights.id,
    gates: `select track_id, disseminate, derive from ${from}`,
    recordings: await currentRecordings(archive),
    policy: options.policy ?? archive.config.policy,
  };
}
