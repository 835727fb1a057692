import { Argument, Option } from "commander";
import { z } from "zod";
import { formatSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printFields } from "../report/table.ts";

export const extractCommand: RegisteredCommand = defineCommand({
  path: ["extract"],
  summary: "write the stored bytes of one track to a file, and prove them",
  details: "The file gets its name only when its SHA-256 is the one in the index.",
  arguments: [new Argument("<track>", "a track id (13 characters) or an ISRC")],
  options: [
    new Option("-o, --output <file>", "the file to write; - for standard output").makeOptionMandatory(),
    new Option(
      "--from <release>",
      "a release (its bag, its <name>.json, or its name) instead of the archive",
    ),
    new Option("--force", "write over a file that is there"),
  ],
  input: z.object({
    track: z.string(),
    output: z.string(),
    from: z.string().optional(),
    force: z.boolean().default(false),
  }),
  examples: [
    ["deadwax extract CZ07YVRR3A37G -o king.ogg", "out of the archive around you"],
    [
      "deadwax extract QZDWX2400001 --from /mnt/copy/release-2026-11-23 -o track.ogg",
      "out of a release, no archive needed",
    ],
    ["deadwax extract CZ07YVRR3A37G -o - | mpv -", "to another program"],
  ],
  exitCodes: [10, 12, 14, 130],
  kind: "does",
  dataOnStdout: ({ output }) => output === "-",
  async run(context, { track, output, from, force }) {
    const { releasePath } = await import("../release-path.ts");
    const { extractTrack } = await import("../../release/index.ts");
    const summary = await extractTrack({
      from:
        from === undefined
          ? { archive: await context.openArchive() }
          : { release: releasePath(context, from) },
      query: track,
      output: output === "-" ? output : context.resolvePath(output),
      stdout: context.host.stdout,
      force,
      signal: context.signal,
    });
    return {
      summary: { ...summary },
      show: (messages) =>
        printFields(messages, [
          ["file", summary.output, "bold"],
          ["title", summary.title],
          ["artist", summary.artist],
          ["kept as", `${summary.disposition}, ${summary.codec}, ${formatSize(summary.sizeBytes)}`],
          ["sha256", `${summary.sha256} (as in the index)`],
          ["out of", summary.from],
        ]),
    };
  },
});
