import { z } from "zod";
import { formatSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";
import { percent } from "../show/plan-budgets.ts";

const COLUMNS: readonly Column[] = [
  { name: "PLAN" },
  { name: "MADE" },
  { name: "CATALOGUE" },
  { name: "RULE" },
  { name: "BUDGET", align: "right" },
  { name: "ORIGINALS", align: "right" },
  { name: "ACCESS COPIES", align: "right" },
  { name: "WOULD TAKE", align: "right" },
  { name: "LISTENS KEPT", align: "right" },
  { name: "" },
];

export const planListCommand: RegisteredCommand = defineCommand({
  path: ["plan", "list"],
  summary: "the plans of the archive, oldest first",
  input: z.object({}),
  examples: [
    ["deadwax plan list", "budget, rule and what each keeps"],
    ["deadwax plan list --json", "the same, told to a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context) {
    const { listPlans } = await import("../../selection/index.ts");
    const plans = await listPlans(await context.openArchive());
    for (const { id, isCurrent, document } of plans) {
      const {
        created = null,
        snapshot = null,
        budgetBytes = null,
        totals = null,
        value = null,
      } = document ?? {};
      context.reporter.record({ type: "plan", id, isCurrent, created, snapshot, budgetBytes, totals, value });
    }
    return {
      summary: { plans: plans.length },
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          plans.map(({ id, isCurrent, document }) => {
            if (!document) return [id, "", "", "", "", "", "", "", "", "cannot be read: plan anew"];
            const { created, snapshot, policy, budgetBytes, totals, shards, value } = document;
            return [
              id,
              created,
              snapshot,
              policy.selection.rule,
              budgetBytes === null ? "no limit" : formatSize(budgetBytes),
              totals.original.tracks,
              totals["access-copy"].tracks,
              sizeCell(output, shards.bytes),
              value.whole > 0 ? percent(value.kept / value.whole) : "",
              isCurrent ? "current" : "",
            ];
          }),
        ),
    };
  },
});
