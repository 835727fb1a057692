import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "SNAPSHOT" },
  { name: "MADE" },
  { name: "TRACKS", align: "right" },
  { name: "GENERATIONS", align: "right" },
  { name: "SIZE", align: "right" },
  { name: "ITS OWN", align: "right" },
  { name: "FROM" },
  { name: "" },
];

export const catalogueListCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "list"],
  summary: "the snapshots of the archive, oldest first",
  details: "Snapshots share files: ITS OWN is what deleting one would free.",
  input: z.object({}),
  examples: [
    ["deadwax catalogue list", "date, tracks and size of each"],
    ["deadwax catalogue list --json", "the same, told to a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context) {
    const { listSnapshots } = await import("../../catalogue/index.ts");
    const snapshots = await listSnapshots(await context.openArchive());
    for (const { description, ...listed } of snapshots) {
      const { created = null, parent = null, tables } = description ?? {};
      const tracks = tables?.track.rows ?? null;
      context.reporter.record({ type: "snapshot", ...listed, created, parent, tracks });
    }
    return {
      summary: { snapshots: snapshots.length },
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          snapshots.map(({ id, isCurrent, description, problem, generations, sizeBytes, ownBytes }) => [
            id,
            description?.created ?? null,
            description?.tables.track.rows ?? null,
            generations,
            sizeCell(output, sizeBytes),
            sizeCell(output, ownBytes),
            description?.parent ?? null,
            isCurrent ? "current" : problem,
          ]),
        ),
    };
  },
});
