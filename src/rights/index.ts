/**
 * `rights`: what may be done with each track, and who says so. *Statements* come from licence tags, copyright files and
 * *declarations* with evidence; from them follow the *effective rights*; the *gate* answers for one track, and answers no
 * unless a right was recorded. The decision table is in `docs/formats/rights.md`.
 */
export { type BuildRightsOptions, buildRights, ensureRights, type RightsSummary } from "./build-rights.ts";
export {
  type Act,
  type DeclareRightsOptions,
  type DeclareRightsSummary,
  declareRights,
} from "./declare-rights.ts";
export { freshRights, type Gate, type GateDecision, loadGate } from "./gate.ts";
export { RIGHTS_REASONS, type RightsReason } from "./reason.ts";
export { type RightsReport, reportRights } from "./report-rights.ts";
export { currentRights, type EffectiveRights, type RightsCounts } from "./rights-store.ts";
export type { StoredStatement } from "./rights-tables.ts";
export { formatScope, parseScope } from "./scope.ts";
export { type ShownRights, showRights } from "./show-rights.ts";
export type { Confidence, Right, RightsBasis, Scope } from "./statement.ts";
