import { Option } from "commander";
import { z } from "zod";
import { writeFileAtomic } from "../../core/atomic-file.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showReport } from "../show/report.ts";

const ORIGINS = ["auto", "rows", "statistics"] as const;

export const reportCommand: RegisteredCommand = defineCommand({
  path: ["report"],
  summary: "the portrait of a snapshot: its figures as one web page, or as JSON",
  details: [
    "Every figure is counted over the whole catalogue. `statistics` adds up what stands beside the segments, `rows` reads",
    "all rows; the figures are the same. `auto` takes the statistics where they add up. With --json, one line a figure.",
  ].join("\n"),
  options: [
    new Option("-o, --output <file>", "write the page to this file"),
    new Option("--snapshot <id>", "another snapshot than the current one"),
    new Option("--from <origin>", "where the figures come from").choices(ORIGINS).default("auto"),
  ],
  input: z.object({
    output: z.string().optional(),
    snapshot: z.string().optional(),
    from: z.enum(ORIGINS),
  }),
  examples: [
    ["deadwax report -o report.html", "the page, to be looked at in any browser"],
    ["deadwax report", "each figure in a sentence"],
    ["deadwax report --json --from rows", "the figures for a program, counted from all rows"],
  ],
  exitCodes: [10, 14, 130],
  kind: "tells",
  async run(context, { output: file, snapshot, from }) {
    const archive = await context.openArchive();
    const { makeReport, renderPage } = await import("../../insight/index.ts");
    const { reporter, signal } = context;
    const report = await makeReport({ archive, snapshot, from, reporter, signal });
    const path = file === undefined ? null : context.resolvePath(file);
    if (path !== null) await writeFileAtomic(path, renderPage(report));
    for (const { id: section, figures } of report.sections) {
      for (const figure of figures) reporter.record({ type: "figure", section, ...figure });
    }
    const figures = report.sections.flatMap((section) => section.figures);
    return {
      summary: {
        snapshot: report.snapshot,
        from: report.from,
        figures: figures.length,
        withData: figures.filter(({ hasData }) => hasData).length,
        file: path,
      },
      show: (output) => showReport(output, report, path),
    };
  },
});
