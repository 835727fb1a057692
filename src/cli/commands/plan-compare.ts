import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showComparison } from "../show/plan-compare.ts";

export const planCompareCommand: RegisteredCommand = defineCommand({
  path: ["plan", "compare"],
  summary: "what two plans of one catalogue keep, and what only one of them does",
  details: "deadwax plan list shows the plans there are.",
  arguments: [new Argument("<a>", "a plan: p-…"), new Argument("<b>", "another one")],
  input: z.object({ a: z.string(), b: z.string() }),
  examples: [
    ["deadwax plan compare p-0123456789ab p-ba9876543210", "tracks, bytes, listens, overlap, examples"],
    ["deadwax plan compare p-0123456789ab p-ba9876543210 --json", "the same, told to a program"],
  ],
  exitCodes: [10, 130],
  kind: "tells",
  async run(context, { a, b }) {
    const archive = await context.openArchive();
    const { comparePlans, openPlan } = await import("../../selection/index.ts");
    const plans = [await openPlan(archive, a), await openPlan(archive, b)] as const;
    const comparison = await comparePlans(archive, plans, context);
    return { summary: { ...comparison }, show: (output) => showComparison(output, plans, comparison) };
  },
});
