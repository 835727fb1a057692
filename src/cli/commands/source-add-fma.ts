import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddFmaCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "fma"],
  summary: "take in the tables of FMA, a data set for music analysis",
  details: [
    "The unpacked folder of fma_metadata.zip: tracks.csv, genres.csv and the raw_* tables, as many of them as there are.",
    "The audio of the data set is a folder of music: deadwax source add audio.",
  ].join("\n"),
  arguments: [new Argument("<folder>", "the folder with tracks.csv")],
  options: [labelOption("main"), dryRunOption()],
  input: z.object({
    folder: z.string(),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add fma fma_metadata/", "tracks, albums, artists, genres, licences and listens"],
    ["deadwax source add fma fma_metadata/ --dry-run", "the mapping and ten rows; nothing is taken in"],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { folder, label, dryRun }) {
    const archive = await context.openArchive();
    const { addFmaSource } = await import("../../sources/fma/add-fma-source.ts");
    const path = context.resolvePath(folder);
    const add = () => addFmaSource({ ...context.stageOptions(archive), folder: path, label, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
