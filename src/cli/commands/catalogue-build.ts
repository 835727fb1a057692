import { Option } from "commander";
import { z } from "zod";
import type { NextBuild } from "../../catalogue/index.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";
import { showCatalogueSummary } from "../show/catalogue.ts";

export const catalogueBuildCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "build"],
  summary: "compute the catalogue from all that the sources said",
  details: [
    "The same sources give the same catalogue: nothing is computed when it is there already. When records or counts were",
    "added since the current snapshot, only what they change is computed and written beside it (see catalogue compact).",
  ].join("\n"),
  options: [dryRunOption(), new Option("--full", "compute everything anew")],
  input: z.object({ dryRun: z.boolean().default(false), full: z.boolean().default(false) }),
  examples: [
    ["deadwax catalogue build", "bring the catalogue up to date"],
    ["deadwax catalogue build --dry-run", "whether that would take everything or only what changed"],
    ["deadwax catalogue build --json", "the same, told to a program"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { dryRun, full }) {
    const archive = await context.openArchive();
    const stage = context.stageOptions(archive);
    // From its own file: the rest of the stage takes as long to load.
    const { buildCatalogue, planCatalogueBuild } = await import("../../catalogue/build-catalogue.ts");
    if (dryRun) return dryOutcome(await planCatalogueBuild(archive, full));
    const summary = await context.writing(archive, () => buildCatalogue({ ...stage, full }));
    return { summary: { ...summary }, show: (output) => showCatalogueSummary(output, summary) };
  },
});

function dryOutcome({ plan, accessions, newAccessions }: NextBuild): Outcome {
  const rows = plan.kind === "incremental" ? plan.rows : null;
  return {
    summary: {
      dryRun: true,
      accessions,
      newAccessions,
      would: plan.kind,
      ...(plan.kind === "incremental" ? { base: plan.base.id, rows } : {}),
      ...(plan.kind === "full" ? { because: plan.because } : {}),
    },
    show: (output) =>
      printFields(output, [
        ["accessions", accessions],
        ["not yet in the catalogue", newAccessions],
        ["would be done", WORDS[plan.kind]],
        ["because", plan.kind === "full" ? plan.because : null],
        ["rows to take in", rows],
      ]),
  };
}

const WORDS = {
  nothing: "nothing",
  full: "a new snapshot, computed from everything",
  incremental: "a new snapshot that goes on from the current one",
} as const;
