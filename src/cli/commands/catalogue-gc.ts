import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption, parseCount } from "../options.ts";
import { printFields, sizeCell } from "../report/table.ts";

export const catalogueGcCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "gc"],
  summary: "remove old snapshots, old tables of what sounds the same, and what killed runs left",
  details:
    "The current ones stay, and every one that a plan, the rights or a release of the archive was made of.",
  options: [
    new Option("--keep <n>", "how many of the newest snapshots stay").argParser(parseCount).default(2),
    dryRunOption(),
  ],
  input: z.object({ keep: z.int(), dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax catalogue gc --dry-run", "what would go, and the space that it frees"],
    ["deadwax catalogue gc --keep 1", "all but the current snapshot and those that are still named"],
  ],
  exitCodes: [10, 11],
  kind: "does",
  async run(context, { keep, dryRun }) {
    const archive = await context.openArchive();
    const { collectGarbage, planGarbage } = await import("../../catalogue/index.ts");
    const { namedSnapshots } = await import("../../audit/index.ts");
    const options = async () => ({ archive, keep, named: await namedSnapshots(archive) });
    const plan = dryRun
      ? await planGarbage(await options())
      : await context.writing(archive, async () => collectGarbage(await options()));
    const freedBytes =
      plan.snapshots.reduce((sum, { ownBytes }) => sum + ownBytes, 0) +
      plan.recordings.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const { id, ownBytes } of plan.snapshots) {
      context.reporter.record({ type: "removed", snapshot: id, ownBytes });
    }
    for (const { file, sizeBytes } of plan.recordings) {
      context.reporter.record({ type: "removed", recordings: file, ownBytes: sizeBytes });
    }
    return {
      summary: { dryRun, ...plan, freedBytes },
      show: (output) =>
        printFields(output, [
          [
            dryRun ? "would remove" : "removed",
            plan.snapshots.map(({ id }) => id).join(" ") || "no snapshot",
          ],
          ["tables of recordings", plan.recordings.length || null],
          ["space that only they took", sizeCell(output, freedBytes)],
          ["left by killed builds", plan.temporaries.length + plan.spills.length || null],
          ["kept", plan.kept.join(" ")],
          ["kept because they are named", plan.named.join(" ") || null],
        ]),
    };
  },
});
