import { Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { showPackPreview, showPackSummary } from "../show/pack.ts";

export const packCommand: RegisteredCommand = defineCommand({
  path: ["pack"],
  summary: "read, verify, measure and encode what the plan keeps, and seal it into shards",
  details: [
    "Each file is read once and decoded once. A damaged file is quarantined with the reason and the run goes on (code 3).",
    "What is sealed is never done again: a run that was stopped, killed or cut off goes on where it was.",
  ].join("\n"),
  options: [
    new Option("--true-peak", "measure the true peak too (default: as the policy says)"),
    new Option("--force", "begin although the disk seems too small"),
    dryRunOption(),
  ],
  input: z.object({
    truePeak: z.boolean().optional(),
    force: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax pack", "pack the current plan, or go on with it"],
    ["deadwax pack --dry-run", "say what is left to do and how much room there is"],
    ["deadwax pack --workers 8 --json", "with eight processes, told to a program"],
  ],
  exitCodes: [3, 10, 11, 12, 14, 130],
  kind: "does",
  async run(context, { truePeak, force, dryRun }) {
    const archive = await context.openArchive();
    const { packPlan, planPack } = await import("../../packing/index.ts");
    if (dryRun) {
      const preview = await planPack({ archive });
      return { summary: { dryRun, ...preview }, show: (output) => showPackPreview(output, preview) };
    }
    const summary = await context.writing(archive, () =>
      packPlan({ ...context.stageOptions(archive), truePeak, force }),
    );
    context.reporter.note("next: deadwax release create");
    return {
      summary: { ...summary },
      exitCode: summary.quarantined > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) => showPackSummary(output, summary),
    };
  },
});
