import { Argument } from "commander";
import { z } from "zod";
import { FailedError } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printFields } from "../report/table.ts";
import { flaggedFields, showTrackFields } from "../show/catalogue.ts";

export const catalogueShowCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "show"],
  summary: "what the catalogue holds, or all that it knows of one track",
  arguments: [new Argument("[track]", "a track id (13 characters) or an ISRC")],
  input: z.object({ track: z.string().optional() }),
  examples: [
    ["deadwax catalogue show", "how many tracks, albums, artists and identifiers there are"],
    ["deadwax catalogue show 3F8Z9K2M4N6P7", "everything about one track, and who says so"],
    ["deadwax catalogue show QZDWX2400001 --json", "the same for every track with an ISRC"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { track }) {
    const archive = await context.openArchive();
    const { currentSnapshot, findTracks, TABLE_NAMES, showTrack } = await import("../../catalogue/index.ts");
    const snapshot = await currentSnapshot(archive);
    if (track === undefined) {
      const { id, created, accessions, tables, flagged } = snapshot;
      return {
        summary: { snapshot: id, created, accessions, tables, flagged },
        show: (output) =>
          printFields(output, [
            ["snapshot", id, "bold"],
            ["made", created],
            ["accessions", accessions.length],
            ...TABLE_NAMES.map((name) => [name, tables[name].rows] as const),
            ...flaggedFields(flagged),
          ]),
      };
    }
    const found = await findTracks(archive, track);
    const shown = await Promise.all(found.map(({ trackId }) => showTrack(archive, trackId)));
    const tracks = shown.filter((one) => one !== null);
    if (tracks.length === 0) {
      throw new FailedError(`no track "${track}" in the catalogue`, {
        hint: `give a track id or an ISRC; look for one: deadwax catalogue find "${track}"`,
      });
    }
    for (const one of tracks) context.reporter.record({ type: "track", ...one });
    return {
      summary: { snapshot: snapshot.id, tracks: tracks.length },
      show: (output) => {
        for (const [index, one] of tracks.entries()) {
          if (index > 0) output.line();
          showTrackFields(output, one);
        }
      },
    };
  },
});
