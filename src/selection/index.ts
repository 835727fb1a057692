/**
 * `selection`: what an archive keeps. A **plan** gives every track of a snapshot a **disposition** (original, access copy
 * or metadata only) with a **reason**, so that what is kept is worth most within a **budget**.
 */

export {
  comparePlans,
  type Example,
  type KeptBy,
  type Overlap,
  type PlanComparison,
} from "./compare-plans.ts";
export {
  DISPOSITIONS,
  type Disposition,
  GATE_SIDES,
  type GateSide,
  REASONS,
  type Reason,
  type Tier,
} from "./disposition.ts";
export { type ExplainedStep, type Explanation, explainTrack, type KeptTrack } from "./explain-track.ts";
export { gateSides } from "./gate-sides.ts";
export { type ListedPlan, listPlans } from "./list-plans.ts";
export { makePlan, type PlanOptions } from "./make-plan.ts";
export { type BudgetOutcome, planBudgets } from "./plan-budgets.ts";
export { type CurveStep, curveSteps, readPlanCurve } from "./plan-curve.ts";
export {
  currentPlan,
  currentPlanId,
  type DispositionRow,
  dispositionsQuery,
  findCurrentPlan,
  openPlan,
  type Plan,
  type PlanDocument,
  parseDispositionRow,
  readDispositions,
} from "./plan-store.ts";
export type { LeftOutTrack, PlanSummary } from "./plan-summary.ts";
export { planWith } from "./plan-with.ts";
export { parsePolicy, readPolicy, readPolicyFile, SHIPPED_POLICIES } from "./policy-file.ts";
export { estimateShards, opensNewShard, type ShardEstimate, sealedBytes } from "./shard-estimate.ts";
