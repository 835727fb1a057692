import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { budgetOption, dryRunOption, policyOption } from "../options.ts";
import { showPlan } from "../show/plan.ts";

export const planCommand: RegisteredCommand = defineCommand({
  path: ["plan"],
  summary: "decide for every track what is kept of it, and why",
  details: [
    "original (bit for bit), access-copy (Opus) or metadata-only, so that what is kept within the budget is worth most.",
    "Nothing is packed: the plan can be looked at and made anew. Sizes are estimates; packing measures them.",
  ].join("\n"),
  options: [budgetOption(), policyOption(), dryRunOption()],
  input: z.object({
    budget: z.int().optional(),
    policy: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax plan", "keep everything that the policy offers"],
    ["deadwax plan --budget 2TB", "keep what is worth most within 2 TB"],
    ["deadwax plan --budget 40GiB --policy frugal.json --dry-run", "try another policy, and write nothing"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "tells",
  async run(context, { budget, policy: policyFile, dryRun }) {
    const archive = await context.openArchive();
    const { makePlan, readPolicyFile } = await import("../../selection/index.ts");
    const { ensureRights } = await import("../../rights/index.ts");
    const policy =
      policyFile === undefined ? undefined : await readPolicyFile(context.resolvePath(policyFile));
    const stage = context.stageOptions(archive);
    const summary = dryRun
      ? await makePlan({ ...stage, budgetBytes: budget, policy, dryRun })
      : await context.writing(archive, async () => {
          await ensureRights(stage);
          return await makePlan({ ...stage, budgetBytes: budget, policy });
        });
    if (!dryRun) context.reporter.note("next: deadwax pack");
    return { summary: { ...summary, dryRun }, show: (output) => showPlan(output, summary) };
  },
});
