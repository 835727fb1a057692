import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddInternetArchiveCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "internet-archive"],
  summary: "take in the metadata of items of the Internet Archive",
  details: [
    "The metadata documents of items, one a line, or a file each, or folders of such files. The sound files that were",
    "uploaded are the tracks; the item is the release; its licence is kept with each track. Nothing is fetched.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "files, or folders of files")],
  options: [labelOption("main"), dryRunOption()],
  input: z.object({
    files: z.array(z.string()),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add internet-archive items.jsonl.gz", "items, one a line"],
    ["deadwax source add internet-archive items/ --dry-run", "the mapping and ten rows; nothing is taken in"],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { files, label, dryRun }) {
    const archive = await context.openArchive();
    const { addInternetArchiveSource } = await import(
      "../../sources/internet-archive/add-internet-archive-source.ts"
    );
    const paths = files.map((file) => context.resolvePath(file));
    const add = () =>
      addInternetArchiveSource({ ...context.stageOptions(archive), files: paths, label, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
