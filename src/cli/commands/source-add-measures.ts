import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";

export const sourceAddMeasuresCommand: RegisteredCommand = defineCommand({
  path: ["source", "add", "measures"],
  summary: "take in what packing measured: tempo, key, loudness, ReplayGain, energy, danceability",
  details: [
    "Reads the documents in the sealed shards, not the music. The next catalogue build puts the values into the columns of",
    "the tracks, with the extractor's name and version, and computes the ReplayGain of albums. Shards that were read before",
    "are not read again.",
  ].join("\n"),
  options: [dryRunOption()],
  input: z.object({ dryRun: z.boolean().default(false) }),
  examples: [
    ["deadwax source add measures", "after deadwax pack or preserve"],
    ["deadwax source add measures --json", "told to a program"],
  ],
  exitCodes: [10, 11, 12, 14, 130],
  kind: "does",
  async run(context, { dryRun }) {
    const archive = await context.openArchive();
    const { addMeasures } = await import("../../packing/index.ts");
    const add = () => addMeasures({ ...context.stageOptions(archive), dryRun });
    const summary = dryRun ? await add() : await context.writing(archive, add);
    if (summary.accession !== null) context.reporter.note("next: deadwax catalogue build");
    return {
      summary: { ...summary },
      show: (output) =>
        printFields(output, [
          ["source", summary.source, "bold"],
          ["accession", summary.accession ?? (dryRun ? "none" : "none: nothing has changed")],
          ["shards", summary.shards],
          ["tracks measured", summary.tracks],
          ["without features", summary.withoutFeatures || null, "yellow"],
          [
            "without gating blocks",
            summary.withoutBlocks === 0
              ? null
              : `${summary.withoutBlocks}: packed by an earlier version, no album's gain takes them in`,
            "yellow",
          ],
        ]),
    };
  },
});
