import { Argument, Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddTableCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "table"],
  summary: "take in a table by a mapping",
  details: [
    "CSV or TSV whose first line names the columns, JSON lines, or Parquet, packed or not. The mapping says which column is",
    "which field: `deadwax source map` makes one. Rows that cannot be used are listed with their line; the rest goes in.",
  ].join("\n"),
  arguments: [new Argument("<file>", "the table")],
  options: [
    new Option("--map <file>", "the mapping").makeOptionMandatory(),
    labelOption("the name of the file"),
    dryRunOption(),
  ],
  input: z.object({
    file: z.string(),
    map: z.string(),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source map tracks.csv -o tracks.map.json", "make the mapping first, and look through it"],
    ["deadwax source add table tracks.csv --map tracks.map.json", "take the table in"],
    [
      "deadwax source add table tracks.csv --map tracks.map.json --dry-run",
      "show the mapping and ten rows, take nothing in",
    ],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { file, map, label, dryRun }) {
    const archive = await context.openArchive();
    const { addTableSource } = await import("../../sources/table/add-table-source.ts");
    const path = context.resolvePath(file);
    const mapping = context.resolvePath(map);
    const add = () =>
      addTableSource({ ...context.stageOptions(archive), file: path, mapping, label, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
