import { Argument, Option } from "commander";
import { z } from "zod";
import { writeFileAtomic } from "../../core/atomic-file.ts";
import { UsageError } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields, printTable } from "../report/table.ts";
import { shownRows, showSample } from "../show/records.ts";

export const sourceMapCommand: RegisteredCommand = defineCommand({
  path: ["source", "map"],
  summary: "guess which column of a table is what",
  details: [
    "Looks at the names of the columns and at the first 1,000 rows, and says what each column seems to be, how surely and",
    "why, with ten rows as they would go in. With -o it writes the mapping for `source add table`: look through it first.",
  ].join("\n"),
  arguments: [new Argument("<file>", "CSV, TSV, JSON lines or Parquet, packed or not")],
  options: [new Option("-o, --output <file>", "write the mapping here (JSON)"), dryRunOption()],
  input: z.object({ file: z.string(), output: z.string().optional(), dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax source map tracks.csv", "see the guesses"],
    [
      "deadwax source map tracks.csv.gz -o tracks.map.json",
      "write the mapping, with the reasons as comments",
    ],
  ],
  exitCodes: [],
  kind: "tells",
  async run(context, { file, output: target, dryRun }) {
    const { mapTable } = await import("../../sources/table/map-table.ts");
    const { mapping, guesses, sample, ...rest } = await mapTable(context.resolvePath(file));
    if (target !== undefined && !dryRun) {
      const path = context.resolvePath(target);
      if (path === rest.file) throw new UsageError("the mapping would take the place of the table itself");
      await writeFileAtomic(path, `${JSON.stringify(mapping, null, 2)}\n`);
      context.reporter.note(`next: deadwax source add table ${file} --map ${target}`);
    }
    return {
      summary: {
        ...rest,
        guesses,
        mapping,
        sample: shownRows(sample),
        output: dryRun ? null : (target ?? null),
      },
      show: (output) => {
        printFields(output, [
          ["file", rest.file, "bold"],
          ["reader", rest.reader],
          ["rows looked at", rest.rowsLookedAt],
        ]);
        output.line();
        printTable(
          output,
          [
            { name: "COLUMN" },
            { name: "FIELD" },
            { name: "SURE", align: "right" },
            { name: "WHY", shrinks: true },
          ],
          guesses.map(({ column, field, confidence, reason, unit, separator }) => [
            column,
            field === null
              ? "–"
              : [field, unit, separator === null ? null : `parted by "${separator}"`]
                  .filter((part) => part !== null)
                  .join(" "),
            field === null ? null : `${Math.round(confidence * 100)} %`,
            reason,
          ]),
        );
        showSample(output, "rows as they would go in", sample);
      },
    };
  },
});
