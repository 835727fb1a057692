import { Argument, Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

export const sourceAddListenBrainzCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "listenbrainz"],
  summary: "take in counts of listens by recording, from ListenBrainz",
  details: [
    "Lines of JSON, packed or not, or Parquet, with recording_mbid and total_listen_count (or listen_count). The counts reach",
    "all tracks of a recording. Rows that cannot be used are counted with their reason, and the rest goes in.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "the counts")],
  options: [
    labelOption("main"),
    new Option("--until <day>", "the day that the counts run to, where the files do not say it (YYYY-MM-DD)"),
    dryRunOption(),
  ],
  input: z.object({
    files: z.array(z.string()),
    until: z.string().optional(),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add listenbrainz popularity.jsonl.zst --until 2026-11-01", "counts up to a day"],
    [
      "deadwax source add listenbrainz listens.parquet --dry-run",
      "the mapping and ten rows; nothing is taken in",
    ],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { files, label, until, dryRun }) {
    const archive = await context.openArchive();
    const { addListenBrainzSource } = await import("../../sources/listenbrainz/add-listenbrainz-source.ts");
    const paths = files.map((file) => context.resolvePath(file));
    const add = () =>
      addListenBrainzSource({ ...context.stageOptions(archive), files: paths, label, until, dryRun });
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
