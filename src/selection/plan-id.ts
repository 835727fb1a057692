import { createHash } from "node:crypto";
import { canonicalJson, type Policy } from "../core/index.ts";

/** Changes when the same catalogue, rights, policy and budget give another plan. */
const PLANNER = "selection/3";

export interface PlanInput {
  readonly snapshot: string;
  readonly rights: string;
  /** The table of what sounds the same, when it counts. */
  readonly recordings: string | null;
  readonly policy: Policy;
  readonly budgetBytes: number | null;
}

/** `p-` and 48 bits of SHA-256 over everything that shapes a plan: the same input has the same plan. */
export function planId(input: PlanInput): string {
  const { snapshot, rights, recordings, policy, budgetBytes } = input;
  // Left out when there is none: plans from before there were any keep their names.
  const sounds = recordings === null ? {} : { recordings };
  const digest = createHash("sha256")
    .update(canonicalJson({ planner: PLANNER, snapshot, rights, ...sounds, policy, budgetBytes }))
    .digest("hex");
  return `p-${digest.slice(0, 12)}`;
}
