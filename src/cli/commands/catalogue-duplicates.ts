import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption, parseCount } from "../options.ts";
import { showDuplicates } from "../show/duplicates.ts";

const DEFAULT_LIMIT = 50;

export const catalogueDuplicatesCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "duplicates"],
  summary: "tracks that are the same recording, by their sound",
  details: [
    "Compares the fingerprints of all packed tracks, when something was packed since the last time. Tracks are one recording when 85 % of the bits are equal over four",
    "fifths of the longer one, lead-ins of up to 15 seconds apart. One recording under two licences is a rights conflict.",
    "What is found is kept in the archive: the next plan keeps one track of each recording (policy selection.sameSound).",
  ].join("\n"),
  options: [
    new Option("--limit <n>", "at most so many recordings").argParser(parseCount).default(DEFAULT_LIMIT),
    new Option("--conflicts", "only those under two licences"),
    dryRunOption(),
  ],
  input: z.object({
    limit: z.int(),
    conflicts: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax catalogue duplicates", "which tracks are the same, and which of them is the best"],
    ["deadwax catalogue duplicates --conflicts --json", "one recording under two licences, for a program"],
  ],
  exitCodes: [10, 11, 12, 130],
  kind: "tells",
  async run(context, { limit, conflicts, dryRun }) {
    const archive = await context.openArchive();
    const { findDuplicates } = await import("../../packing/index.ts");
    const find = () => findDuplicates({ ...context.stageOptions(archive), dryRun });
    const { clusters, ...counted } = dryRun ? await find() : await context.writing(archive, find);
    const wanted = clusters.filter(({ isRightsConflict }) => isRightsConflict || !conflicts);
    const shown = wanted.slice(0, limit);
    for (const cluster of shown) context.reporter.record({ type: "recording", ...cluster });
    const summary = {
      ...counted,
      recordings: clusters.length,
      rightsConflicts: clusters.filter(({ isRightsConflict }) => isRightsConflict).length,
    };
    if (!counted.compared) context.reporter.note("nothing was packed since: the table of before is shown");
    if (clusters.length > 0 && !dryRun) context.reporter.note("next: deadwax plan");
    return {
      summary: { ...summary, dryRun },
      show: (output) => showDuplicates(output, { ...summary, shown }),
    };
  },
});
