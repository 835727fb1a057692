/**
 * `selection`: what an archive keeps. A **plan** gives every track of a snapshot a **disposition** (original, access copy
 * or metadata only) with a **reason**, so that what is kept is worth most within a **budget**.
 */
export { type Decision, type Decisions, decideTracks } from "./decide.ts";
export {
  DISPOSITIONS,
  type Disposition,
  type GateSide,
  REASONS,
  type Reason,
  type Tier,
} from "./disposition.ts";
export { gateSides } from "./gate-sides.ts";
export { makePlan, type PlanOptions } from "./make-plan.ts";
export {
  type Candidate,
  marginalCurve,
  orderSteps,
  type Selection,
  selectWithinBudget,
} from "./optimiser.ts";
export {
  currentPlan,
  currentPlanId,
  type DispositionRow,
  findCurrentPlan,
  openPlan,
  type Plan,
  type PlanDocument,
  parseDispositionRow,
  readDispositions,
} from "./plan-store.ts";
export type { LeftOutTrack, PlanSummary } from "./plan-summary.ts";
export { planWith } from "./plan-with.ts";
export { parsePolicy, readPolicyFile } from "./policy-file.ts";
export { estimateShards, opensNewShard, type ShardEstimate, sealedBytes } from "./shard-estimate.ts";
