import { Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { parseSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { showPlan } from "../show/plan.ts";
import { showBudgets } from "../show/plan-budgets.ts";

export const planCommand: RegisteredCommand = defineCommand({
  path: ["plan"],
  summary: "decide for every track what is kept of it, and why",
  details: [
    "original (bit for bit), access-copy (Opus) or metadata-only, so that what is kept within the budget is worth most.",
    "Nothing is packed: the plan can be looked at and made anew. Sizes are estimates; packing measures them.",
    "",
    "Several budgets (300TB,400TB,1PB) are compared in one pass, and make no plan.",
    "Policies that come with Deadwax: default, published (popularity first, then a priority for the unheard).",
  ].join("\n"),
  options: [
    new Option(
      "--budget <sizes>",
      "bytes that the archive may take, like 40GB or 2TiB; several with commas compare them (default: no limit)",
    ).argParser(parseBudgets),
    new Option(
      "--policy <policy>",
      "a policy for this plan: a file (JSON), or default or published (default: the archive's own)",
    ),
    dryRunOption(),
  ],
  input: z.object({
    budget: z.array(z.int()).optional(),
    policy: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax plan", "keep everything that the policy offers"],
    ["deadwax plan --budget 2TB", "keep what is worth most within 2 TB"],
    ["deadwax plan --budget 300TB,400TB,1PB", "what each would keep; writes nothing"],
    ["deadwax plan --budget 300TB --policy published", "by the published rule"],
    ["deadwax plan --budget 40GiB --policy frugal.json --dry-run", "try another policy, and write nothing"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "tells",
  async run(context, { budget = [], policy: policyName, dryRun }) {
    const archive = await context.openArchive();
    const { makePlan, planBudgets, readPolicy } = await import("../../selection/index.ts");
    const { ensureRights } = await import("../../rights/index.ts");
    const policy =
      policyName === undefined ? undefined : await readPolicy(policyName, context.resolvePath(policyName));
    const stage = context.stageOptions(archive);
    if (budget.length > 1) {
      const budgets = await planBudgets({ ...stage, policy }, budget);
      for (const one of budgets) context.reporter.record({ type: "budget", ...one });
      return { summary: { budgets }, show: (output) => showBudgets(output, budgets) };
    }
    const budgetBytes = budget[0];
    const summary = dryRun
      ? await makePlan({ ...stage, budgetBytes, policy, dryRun })
      : await context.writing(archive, async () => {
          await ensureRights(stage);
          return await makePlan({ ...stage, budgetBytes, policy });
        });
    if (!dryRun) context.reporter.note("next: deadwax pack");
    return { summary: { ...summary, dryRun }, show: (output) => showPlan(output, summary) };
  },
});

const MAX_BUDGETS = 50;

function parseBudgets(text: string): readonly number[] {
  const parts = text.split(",");
  if (parts.length > MAX_BUDGETS) throw new UsageError(`more than ${MAX_BUDGETS} budgets at once`);
  return parts.map(parseSize);
}
