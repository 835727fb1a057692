import { readdir } from "node:fs/promises";
import { type Archive, systemErrorCode } from "../core/index.ts";
import { currentPlanId, findPlan, PLAN_ID, type PlanDocument } from "./plan-store.ts";

export interface ListedPlan {
  readonly id: string;
  readonly isCurrent: boolean;
  /** Null when the plan cannot be read, of an earlier version for example. */
  readonly document: PlanDocument | null;
}

/** The plans of an archive, oldest first; those that cannot be read at the end. */
export async function listPlans(archive: Archive): Promise<readonly ListedPlan[]> {
  const current = await currentPlanId(archive);
  const plans: ListedPlan[] = [];
  for (const id of await planIds(archive)) {
    const plan = await findPlan(archive, id).catch(() => null);
    plans.push({ id, isCurrent: id === current, document: plan?.document ?? null });
  }
  const key = ({ id, document }: ListedPlan): string => `${document?.created ?? "~"} ${id}`;
  return plans.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function planIds(archive: Archive): Promise<string[]> {
  try {
    return (await readdir(archive.layout.plans)).filter((name) => PLAN_ID.test(name));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
