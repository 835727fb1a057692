import { Argument } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showTrackRights } from "../show/rights.ts";

export const rightsShowCommand: RegisteredCommand = defineCommand({
  path: ["rights", "show"],
  summary: "what may be done with a track, who says so, and on what evidence",
  arguments: [new Argument("<track>", "a track id (13 characters) or an ISRC")],
  input: z.object({ track: z.string() }),
  examples: [
    ["deadwax rights show CZ07YVRR3A37G", "one track"],
    ["deadwax rights show QZDWX2400001 --json", "every track with an ISRC, for a program"],
  ],
  exitCodes: [10, 11, 130],
  kind: "tells",
  async run(context, { track }) {
    const archive = await context.openArchive();
    const { ensureRights, showRights } = await import("../../rights/index.ts");
    await context.writing(archive, () => ensureRights(context.stageOptions(archive)));
    const shown = await showRights({ archive, track });
    for (const one of shown) context.reporter.record({ type: "track-rights", ...one });
    return {
      summary: { tracks: shown.length, open: shown.filter(({ open }) => open).length },
      show: (output) => {
        for (const [index, one] of shown.entries()) {
          if (index > 0) output.line();
          showTrackRights(output, one);
        }
      },
    };
  },
});
