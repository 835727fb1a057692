import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddDiscogsCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "discogs"],
  summary: "take in the XML dumps of Discogs",
  details: [
    "The dumps of releases, masters, artists and labels, gzip or unpacked, any of them in one go. Records that cannot be",
    "used are listed with their line, and the rest goes in. A dump of another day is a new accession of the same source.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "the dumps")],
  options: [labelOption("dump"), dryRunOption()],
  input: z.object({
    files: z.array(z.string()),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add discogs discogs_20261101_*.xml.gz", "the dumps of a month"],
    [
      "deadwax source add discogs releases.xml.gz --dry-run",
      "read and check all of it, show ten rows, take nothing in",
    ],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { files, label, dryRun }) {
    const archive = await context.openArchive();
    const { addDiscogsSource } = await import("../../sources/discogs/add-discogs-source.ts");
    const paths = files.map((file) => context.resolvePath(file));
    const add = () => addDiscogsSource({ ...context.stageOptions(archive), files: paths, label, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
