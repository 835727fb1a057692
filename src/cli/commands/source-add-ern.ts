import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddErnCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "ern"],
  summary: "take in messages about releases (DDEX ERN 3.8 and 4)",
  details: [
    "NewReleaseMessages, as files or in folders (names that end in .xml): recordings, releases, and the deals, which",
    "`rights build` reads: a deal gives a right only where the policy's rights.dealRecipient is the message's recipient,",
    "and it allows permanent downloads free of charge. A message that is not whole is listed, and the rest goes in.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "messages, or folders of them")],
  options: [labelOption("messages"), dryRunOption()],
  input: z.object({
    files: z.array(z.string()),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add ern deliveries/", "all messages in a folder"],
    ["deadwax source add ern message.xml --dry-run", "check a message and show its rows, take nothing in"],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { files, label, dryRun }) {
    const archive = await context.openArchive();
    const { addErnSource } = await import("../../sources/ern/add-ern-source.ts");
    const paths = files.map((file) => context.resolvePath(file));
    const add = () => addErnSource({ ...context.stageOptions(archive), files: paths, label, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
