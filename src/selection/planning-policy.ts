import type { Snapshot } from "../catalogue/index.ts";
import { type Policy, policySchema } from "../core/index.ts";

/** The policy that a plan is made with: a generated catalogue has no files, so that what they would take is assumed. */
export function planningPolicy(policy: Policy, snapshot: Pick<Snapshot, "synthetic">): Policy {
  if (snapshot.synthetic === null || policy.selection.assumeHoldings !== null) return policy;
  return policySchema.parse({ ...policy, selection: { ...policy.selection, assumeHoldings: {} } });
}

/** Whether holdings are assumed although the policy, as it was given, does not say so. */
export function assumesHoldings(planned: Policy, given: Policy): boolean {
  return planned.selection.assumeHoldings !== null && given.selection.assumeHoldings === null;
}
