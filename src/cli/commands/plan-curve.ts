import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showCurve } from "../show/plan-budgets.ts";

export const planCurveCommand: RegisteredCommand = defineCommand({
  path: ["plan", "curve"],
  summary: "what more bytes would buy: the marginal curve of a plan",
  details:
    "Every budget up to everything, from the pass that the plan was made in. NEXT TB BUYS is the share of all expected listens that a further TB (10^12 bytes) brings at that place.",
  options: [
    new Option("--points <n>", "budgets, evenly spaced (default: 20)").argParser(parseCount),
    new Option("--plan <id>", "another plan than the current one"),
  ],
  input: z.object({ points: z.int().max(1000).default(20), plan: z.string().optional() }),
  examples: [
    ["deadwax plan curve", "twenty budgets"],
    ["deadwax plan curve --points 100 --json", "for a chart"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { points, plan: id }) {
    const archive = await context.openArchive();
    const { currentPlan, curveSteps, openPlan, readPlanCurve } = await import("../../selection/index.ts");
    const plan = id === undefined ? await currentPlan(archive) : await openPlan(archive, id);
    const steps = curveSteps(await readPlanCurve(plan), plan.policy, points);
    for (const step of steps) context.reporter.record({ type: "point", ...step });
    return { summary: { plan: plan.id, points: steps }, show: (output) => showCurve(output, steps) };
  },
});
