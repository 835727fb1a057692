import type { Policy } from "../core/index.ts";
import { bytesOf, type StepCurve, type Sums, shardsOf } from "./engine/step-curve.ts";
import { makeInput, type PlanOptions } from "./make-plan.ts";
import { requireBudget, withCountedCatalogue } from "./plan-with.ts";
import { planningPolicy } from "./planning-policy.ts";

/** What one budget would keep. */
export interface BudgetOutcome {
  /** Null: no limit. */
  readonly budgetBytes: number | null;
  readonly original: number;
  readonly accessCopy: number;
  /** Of sealed shards. */
  readonly bytes: number;
  /** Expected listens. */
  readonly value: number;
  /** Of those of everything at the best tier offered. */
  readonly share: number;
}

/** What several budgets would keep, from one pass over the catalogue; the bucket in which each ends is taken in proportion. */
export async function planBudgets(
  options: Omit<PlanOptions, "budgetBytes" | "dryRun">,
  budgets: readonly number[],
): Promise<readonly BudgetOutcome[]> {
  for (const budget of budgets) requireBudget(budget);
  const input = await makeInput(options);
  const policy = planningPolicy(input.policy, input.snapshot);
  return await withCountedCatalogue({ ...input, policy }, async ({ curve }) =>
    [...budgets, null].map((budget) => budgetOutcome(curve, policy, budget)),
  );
}

export function budgetOutcome(curve: StepCurve, policy: Policy, budgetBytes: number | null): BudgetOutcome {
  const sums: Sums = budgetBytes === null ? curve.whole : curve.within(budgetBytes);
  return {
    budgetBytes,
    original: sums.originals,
    accessCopy: sums.copies,
    bytes: bytesOf(sums) === 0 ? 0 : shardsOf(sums, policy.packing).bytes,
    value: sums.value,
    share: curve.wholeValue > 0 ? sums.value / curve.wholeValue : 0,
  };
}
