import { z } from "zod";
import { Database, sqlText } from "../core/index.ts";
import { type Bucket, StepCurve } from "./engine/step-curve.ts";
import { type BudgetOutcome, budgetOutcome } from "./plan-budgets.ts";
import type { Plan } from "./plan-store.ts";

/** A budget on the curve, and what the bytes since the point before have bought. */
export interface CurveStep extends BudgetOutcome {
  readonly budgetBytes: number;
  /** Listens for each further TB (10^12 bytes). */
  readonly valuePerTb: number;
}

const number = z.union([z.bigint(), z.number()]).transform(Number);
const bucketRow = z.object({
  bucket: z.int().nullable(),
  originals: number,
  access_copies: number,
  bytes_open: number,
  bytes_dark: number,
  value: z.number(),
});

/** The walk that a plan was made by, from its `curve.parquet`. */
export async function readPlanCurve(plan: Pick<Plan, "curveFile" | "policy">): Promise<StepCurve> {
  const database = await Database.open({ threads: 1, memoryLimit: "256MB" });
  try {
    const buckets: Bucket[] = [];
    let beyondValue = 0;
    const query = `select * from read_parquet(${sqlText(plan.curveFile)}, hive_partitioning = false) order by bucket desc nulls last`;
    for await (const row of database.stream(query)) {
      const { bucket, originals, access_copies, bytes_open, bytes_dark, value } = bucketRow.parse(row);
      if (bucket === null) {
        beyondValue = value;
        continue;
      }
      const [blocksOpen, blocksDark] = [bytes_open / 512, bytes_dark / 512];
      buckets.push({ bucket, originals, copies: access_copies, blocksOpen, blocksDark, value });
    }
    return new StepCurve(buckets, plan.policy.packing, beyondValue);
  } finally {
    database.close();
  }
}

/** `points` budgets, evenly spaced up to everything. */
export function curveSteps(curve: StepCurve, policy: Plan["policy"], points: number): readonly CurveStep[] {
  const all = budgetOutcome(curve, policy, null).bytes;
  let before = { bytes: 0, value: 0 };
  return Array.from({ length: points }, (_, index) => {
    const budgetBytes = Math.round((all * (index + 1)) / points);
    const outcome = budgetOutcome(curve, policy, budgetBytes);
    const valuePerTb = ((outcome.value - before.value) / Math.max(1, budgetBytes - before.bytes)) * 1e12;
    before = { bytes: budgetBytes, value: outcome.value };
    return { ...outcome, budgetBytes, valuePerTb };
  });
}
