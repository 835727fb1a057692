import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showRightsReport } from "../show/rights.ts";

const DEFAULT_DARK = 20;

export const rightsReportCommand: RegisteredCommand = defineCommand({
  path: ["rights", "report"],
  summary: "how many tracks may go out under which licence, and why the others may not",
  options: [
    new Option("--limit <n>", "list at most so many dark tracks").argParser(parseCount).default(DEFAULT_DARK),
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
    const report = await reportRights({ archive, maxDark: limit });
    for (const { id, ...track } of report.dark)
      context.reporter.record({ type: "dark-track", trackId: id, ...track });
    const { dark: _, ...rest } = report;
    return { summary: { ...rest }, show: (output) => showRightsReport(output, report) };
  },
});
