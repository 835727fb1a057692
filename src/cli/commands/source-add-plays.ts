import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";

export const sourceAddPlaysCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "plays"],
  summary: "take in a file of play counts",
  details: [
    "CSV or TSV with a header: plays, and one of path (or the end of one), isrc, track_id. A first line that begins with",
    "# is kept as a note. Lines that cannot be used are listed with their number, and the rest goes in.",
  ].join("\n"),
  arguments: [new Argument("<file>", "the file of counts")],
  options: [new Option("--label <name>", "name of the source (default: that of the file)"), dryRunOption()],
  input: z.object({ file: z.string(), label: z.string().optional(), dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax source add plays plays.csv", "counts by path, ISRC or track id"],
    ["deadwax source add plays plays.tsv --dry-run", "check a file, and take nothing in"],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { file, label, dryRun }) {
    const archive = await context.openArchive();
    const { addPlaysSource } = await import("../../sources/add-plays-source.ts");
    const path = context.resolvePath(file);
    const add = () => addPlaysSource({ ...context.stageOptions(archive), file: path, label, dryRun });
    const summary = dryRun ? await add() : await context.writing(archive, add);
    for (const { line, reason } of summary.rejects) {
      context.reporter.warn(`line ${line}: ${reason}`, { type: "rejected", line, reason });
    }
    if (summary.accession !== null) context.reporter.note("next: deadwax catalogue build");
    return {
      summary: { ...summary },
      exitCode: summary.rejected > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) =>
        printFields(output, [
          ["source", summary.source, "bold"],
          ["file", summary.root],
          ["accession", summary.accession ?? (summary.isUnchanged ? "none: nothing has changed" : "none")],
          ["counts", summary.rows],
          ["lines not used", summary.rejected || null, "yellow"],
          ["note", summary.note],
        ]),
    };
  },
});
