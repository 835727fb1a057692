import { Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { formatSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { isStillToBeMade, withNewArchive } from "../new-archive.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";

export const twinCommand: RegisteredCommand = defineCommand({
  path: ["twin"],
  summary: "make a synthetic catalogue with the published statistics of a real one",
  details: [
    "Writes tracks, ISRCs, albums, artists, genres, labels and barcodes straight into a snapshot of an archive that holds",
    "nothing else: to try at full size what is built for it. The same tracks and seed give the same bytes. A run that is",
    "stopped goes on where it was. All names and titles are made up.",
  ].join("\n"),
  options: [
    new Option("--tracks <number>", "how many, a multiple of 10k: 1M, 64M, 256M")
      .default(1_000_000, "1M")
      .argParser(parseTracks),
    new Option("--seed <number>", "another seed gives another catalogue").default(1).argParser(Number),
    new Option("--into <folder>", "the archive to write to, made if it is not there (default: --archive)"),
    new Option(
      "--no-minute-peaks",
      "without the clusters of durations at whole minutes: a control for tests of them",
    ),
    new Option("--no-statistics", "without the sums beside each segment: reports then read all rows"),
    dryRunOption(),
  ],
  input: z.object({
    tracks: z.number(),
    seed: z.number(),
    into: z.string().optional(),
    minutePeaks: z.boolean().default(true),
    statistics: z.boolean().default(true),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax twin --tracks 1M --into twin", "a small one, in a few seconds"],
    ["deadwax twin --tracks 256M --seed 1 --into twin --dry-run", "what the whole would take"],
    ["deadwax --archive twin twin check", "compare it with the published figures"],
  ],
  exitCodes: [11, 14, 130],
  kind: "does",
  async run(context, { tracks, seed, into, minutePeaks, statistics, dryRun }) {
    const { makeTwin, planTwin } = await import("../../catalogue/index.ts");
    const plan = planTwin({ tracks, seed, minutePeaks });
    const root = into === undefined ? context.archiveSetting.value : context.resolvePath(into);
    if (dryRun) {
      const isNew = await isStillToBeMade(root);
      return {
        summary: {
          dryRun,
          archive: root,
          isNewArchive: isNew,
          ...plan.size,
          segments: plan.tasks.length,
          neededBytes: plan.neededBytes,
        },
        show: (output) =>
          printFields(output, [
            ["archive", `${root}${isNew ? " (to be made)" : ""}`],
            ["tracks", plan.size.tracks],
            ["ISRCs", plan.size.recordings],
            ["albums", plan.size.albums],
            ["artists", plan.size.artists],
            ["segments", plan.tasks.length],
            ["needs about", formatSize(plan.neededBytes)],
          ]),
      };
    }
    const summary = await withNewArchive(context, root, undefined, (archive) =>
      makeTwin({ ...context.stageOptions(archive), plan, statistics }),
    );
    if (summary.created) context.reporter.note(`next: deadwax --archive "${root}" twin check`);
    return {
      summary: { archive: root, ...summary },
      show: (output) =>
        printFields(output, [
          ["archive", root, "bold"],
          ["snapshot", `${summary.snapshot}${summary.created ? "" : " (was there already)"}`],
          ["tracks", summary.tables.track],
          ["albums", summary.tables.album],
          ["artists", summary.tables.artist],
          ["size", formatSize(summary.sizeBytes)],
        ]),
    };
  },
});

/** `256M` → 256,000,000. Throws `UsageError`. */
function parseTracks(text: string): number {
  const match = /^(\d{1,9}(?:\.\d+)?)([kM]?)$/.exec(text);
  const unit = match?.[2] === "M" ? 1e6 : match?.[2] === "k" ? 1e3 : 1;
  const tracks = Math.round(Number(match?.[1]) * unit);
  if (match && Number.isSafeInteger(tracks)) return tracks;
  throw new UsageError(`"${text}" is not a number of tracks`, { hint: "write it like 1M, 250k or 256M" });
}
