import { z } from "zod";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";
import { showCatalogueSummary } from "../show/catalogue.ts";

export const catalogueBuildCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "build"],
  summary: "compute the catalogue from all that the sources said",
  details: "The same sources give the same snapshot: nothing is computed when it is there already.",
  options: [dryRunOption()],
  input: z.object({ dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax catalogue build", "bring the catalogue up to date"],
    ["deadwax catalogue build --json", "the same, told to a program"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { dryRun }) {
    const archive = await context.openArchive();
    const stage = context.stageOptions(archive);
    const { buildCatalogue, currentSnapshot, currentSnapshotId } = await import("../../catalogue/index.ts");
    if (dryRun) {
      const { listAccessions } = await import("../../sources/index.ts");
      const accessions = (await listAccessions(archive)).map(({ id }) => id);
      const current = (await currentSnapshotId(archive)) === null ? null : await currentSnapshot(archive);
      return dryOutcome(accessions, current?.accessions.map(({ id }) => id) ?? []);
    }
    const summary = await context.writing(archive, () => buildCatalogue(stage));
    return { summary: { ...summary }, show: (output) => showCatalogueSummary(output, summary) };
  },
});

function dryOutcome(accessions: readonly string[], catalogued: readonly string[]): Outcome {
  const known = new Set(catalogued);
  const added = accessions.filter((id) => !known.has(id)).length;
  return {
    summary: { dryRun: true, accessions: accessions.length, newAccessions: added },
    show: (output) =>
      printFields(output, [
        ["accessions", accessions.length],
        ["not yet in the catalogue", added],
        ["would be done", added > 0 ? "a new snapshot" : "nothing"],
      ]),
  };
}
