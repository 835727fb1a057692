import { Argument, Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { showIntake } from "../show/sources.ts";

export const sourceAddAudioCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "audio"],
  summary: "take in folders of music: what their files say, not the files themselves",
  details: [
    "OGG Vorbis, Opus, FLAC, MP3, M4A and WAV, also inside zip and pk3 files. Nothing in the folders is changed.",
    "What is not audio, or cannot be read, is listed with a reason. A second run takes in only what has changed.",
  ].join("\n"),
  arguments: [new Argument("<folders...>", "folders of music")],
  options: [new Option("--label <name>", "name of the source (default: that of the folder)"), dryRunOption()],
  input: z.object({
    folders: z.array(z.string()),
    label: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add audio ~/Music", "take in a folder, or what has changed in it"],
    ["deadwax source add audio /mnt/a /mnt/b --dry-run", "say what is new in two folders"],
    ["deadwax source add audio ./vinyl --label my-records", "under a name of your own"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { folders, label, dryRun }) {
    const archive = await context.openArchive();
    const { addAudioSource } = await import("../../sources/add-audio-source.ts");
    const paths = folders.map((folder) => context.resolvePath(folder));
    const add = () => addAudioSource({ ...context.stageOptions(archive), folders: paths, label, dryRun });
    const summary = dryRun ? await add() : await context.writing(archive, add);
    const { listRejectedFiles } = await import("../rejected-files.ts");
    const accessions = summary.folders.flatMap(({ accession }) => accession ?? []);
    const rejected = await listRejectedFiles(archive, accessions);
    for (const file of rejected) context.reporter.record({ type: "rejected", ...file });
    if (accessions.length > 0) context.reporter.note("next: deadwax catalogue build");
    return { summary: { ...summary }, show: (output) => showIntake(output, summary, rejected) };
  },
});
