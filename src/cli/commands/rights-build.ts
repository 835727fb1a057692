import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { showRightsCounts } from "../show/rights.ts";

export const rightsBuildCommand: RegisteredCommand = defineCommand({
  path: ["rights", "build"],
  summary: "compute what may be done with each track",
  details:
    "From licence tags, copyright files and declarations. plan, pack and release do it by themselves when needed.",
  options: [dryRunOption()],
  input: z.object({ dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax rights build", "bring the rights up to date"],
    ["deadwax rights build --dry-run", "say whether they are"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { dryRun }) {
    const archive = await context.openArchive();
    const { buildRights, loadGate } = await import("../../rights/index.ts");
    if (dryRun) {
      const upToDate = await loadGate(archive).then(
        () => true,
        () => false,
      );
      return {
        summary: { dryRun, upToDate },
        show: (output) =>
          output.line(upToDate ? "the rights are up to date" : "the rights would be computed anew"),
      };
    }
    const summary = await context.writing(archive, () => buildRights(context.stageOptions(archive)));
    return {
      summary: { ...summary },
      show: (output) => showRightsCounts(output, summary.rights, summary.created, summary),
    };
  },
});
