import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "RELEASE" },
  { name: "MADE" },
  { name: "STATE" },
  { name: "TRACKS", align: "right" },
  { name: "SIZE", align: "right" },
  { name: "FOLLOWS" },
  { name: "FOLDER", shrinks: true },
];

export const releaseListCommand: RegisteredCommand = defineCommand({
  path: ["release", "list"],
  summary: "the releases of the archive, in the order of their chain",
  input: z.object({}),
  examples: [
    ["deadwax release list", "name, date, tracks and size of each"],
    ["deadwax release list --json", "with torrents, infohashes and magnet links"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context) {
    const { listReleases, readStandings } = await import("../../release/index.ts");
    const archive = await context.openArchive();
    const { releases, broken, unannounced } = await listReleases(archive);
    const standings = await readStandings(archive.layout.releases, releases, new Date());
    for (const { name, folder, signer, announcement } of releases) {
      const { format: _, ...announced } = announcement;
      const standing = standings.get(name);
      context.reporter.record({ type: "release", folder, signer, ...announced, name, standing });
    }
    for (const { name, reason } of broken) {
      context.reporter.warn(`"${name}.json" cannot be read: ${reason}`, {
        type: "broken-release",
        name,
        reason,
      });
    }
    for (const name of unannounced) {
      context.reporter.warn(`"${name}" is not a published release: run deadwax release create to finish it`, {
        type: "unannounced-release",
        name,
      });
    }
    return {
      summary: { releases: releases.length, broken: broken.length, unannounced: unannounced.length },
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          releases.map(({ name, folder, announcement: { created, tracks, sizeBytes, previous } }) => [
            name,
            created,
            standings.get(name)?.state ?? null,
            tracks,
            sizeCell(output, sizeBytes),
            previous?.name ?? null,
            folder,
          ]),
        ),
    };
  },
});
