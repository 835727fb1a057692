import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { type Field, printFields } from "../report/table.ts";

export const catalogueCompactCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "compact"],
  summary: "fold the generations of incremental builds into one",
  details:
    "Makes a new current snapshot with the same rows, so that queries need not look for replaced ones. Whoever reads an older snapshot is not disturbed; rights and plans have to be made for the new one. What is replaced stays until deadwax catalogue gc.",
  options: [dryRunOption()],
  input: z.object({ dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax catalogue compact --dry-run", "how many generations and rows there are"],
    ["deadwax catalogue compact &", "while others go on reading"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { dryRun }) {
    const archive = await context.openArchive();
    const { compactCatalogue, currentSnapshot, planCompaction } = await import("../../catalogue/index.ts");
    if (dryRun) {
      const plan = planCompaction(await currentSnapshot(archive));
      return {
        summary: { dryRun: true, ...plan },
        show: (output) =>
          printFields(output, [
            ...fields(plan),
            ["would be done", plan.snapshot === plan.from ? "nothing" : "a new snapshot"],
          ]),
      };
    }
    const summary = await context.writing(archive, () => compactCatalogue(context.stageOptions(archive)));
    return {
      summary: { ...summary },
      show: (output) =>
        printFields(output, [
          ...fields(summary),
          ["segments given on", summary.segmentsKept],
          ["segments written", summary.segmentsWritten],
        ]),
    };
  },
});

function fields(plan: {
  readonly from: string;
  readonly snapshot: string;
  readonly generations: number;
  readonly rows: number;
}): readonly Field[] {
  return [
    ["snapshot", plan.snapshot + (plan.snapshot === plan.from ? " (as before)" : ""), "bold"],
    ["made from", plan.snapshot === plan.from ? null : plan.from],
    ["generations before", plan.generations],
    ["rows", plan.rows],
  ];
}
