import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showRightsReport } from "../show/rights.ts";

const DEFAULT_LIMIT = 20;

const SETTLE =
  "next: find out which licence is right, then say so of each such track: deadwax rights declare --scope track:ID --licence LICENCE --evidence FILE, or --deny";

export const rightsReportCommand: RegisteredCommand = defineCommand({
  path: ["rights", "report"],
  summary: "how many tracks may go out under which licence, and why the others may not",
  details:
    "Also names recordings whose tracks, by their sound (deadwax catalogue duplicates), stand under two licences, or may go out here and not there. With the policy rights.sameSound: dark they are held back until a declaration says which is right.",
  options: [
    new Option("--limit <n>", "list at most so many dark tracks, and recordings under two licences")
      .argParser(parseCount)
      .default(DEFAULT_LIMIT),
  ],
  input: z.object({ limit: z.int() }),
  examples: [
    ["deadwax rights report", "the whole archive"],
    ["deadwax rights report --limit 100000 --json", "every dark track with its reason, for a program"],
  ],
  exitCodes: [10, 11, 130],
  kind: "tells",
  async run(context, { limit }) {
    const archive = await context.openArchive();
    const { ensureRights, reportRights } = await import("../../rights/index.ts");
    await context.writing(archive, () => ensureRights(context.stageOptions(archive)));
    const report = await reportRights({ archive, limit });
    for (const { id, ...track } of report.dark)
      context.reporter.record({ type: "dark-track", trackId: id, ...track });
    for (const conflict of report.sameSound.listed)
      context.reporter.record({ type: "same-sound-conflict", ...conflict });
    const { recordings } = report.sameSound;
    if (recordings === null)
      context.reporter.note("which tracks sound the same is not known: deadwax catalogue duplicates");
    else if (report.sameSound.unsettled > 0) context.reporter.note(SETTLE);
    const { dark: _, sameSound, ...rest } = report;
    const { listed: __, ...counts } = sameSound;
    return { summary: { ...rest, sameSound: counts }, show: (output) => showRightsReport(output, report) };
  },
});
