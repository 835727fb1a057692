import { Argument, Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { labelOption, recordOutcome } from "../show/records.ts";

const ENTITIES = ["release", "recording", "artist", "label"] as const;

export const sourceAddMusicBrainzCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "musicbrainz"],
  summary: "take in JSON of MusicBrainz: dumps, or documents of the web service",
  details: [
    "Dumps of release, recording, artist and label as they are published (.tar.xz), packed otherwise or unpacked; documents",
    "of the web service, one a line; lists of merged MBIDs (<mbid> TAB <new mbid>, or the *_gid_redirect tables of the TSV",
    "dumps). Give all that belong together in one go. Tags, genres, ratings and annotations are kept apart, under their own",
    "licence. A run that was cut off takes up again what it had done.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "the dumps")],
  options: [
    labelOption("main"),
    new Option("--entity <kind>", "what plain files hold, where their first lines do not tell").choices(
      ENTITIES,
    ),
    dryRunOption(),
  ],
  input: z.object({
    files: z.array(z.string()),
    label: z.string().optional(),
    entity: z.enum(ENTITIES).optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax source add musicbrainz release.tar.xz artist.tar.xz label.tar.xz", "the dumps of a day"],
    ["deadwax source add musicbrainz releases.jsonl.gz", "documents of the web service"],
    [
      "deadwax source add musicbrainz release.tar.xz --dry-run",
      "the mapping and ten rows; nothing is taken in",
    ],
  ],
  exitCodes: [3, 10, 11, 14, 130],
  kind: "does",
  async run(context, { files, label, entity, dryRun }) {
    const archive = await context.openArchive();
    const { addMusicBrainzSource } = await import("../../sources/musicbrainz/add-musicbrainz-source.ts");
    const paths = files.map((file) => context.resolvePath(file));
    const options = { ...context.stageOptions(archive), files: paths, label, entity, dryRun };
    const add = () => addMusicBrainzSource(options);
    return recordOutcome(context, dryRun ? await add() : await context.writing(archive, add));
  },
});
