import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printTable } from "../report/table.ts";

export const twinCheckCommand: RegisteredCommand = defineCommand({
  path: ["twin", "check"],
  summary: "compare a synthetic catalogue with the published figures",
  details:
    "Every figure is measured on the rows. A twin without minute peaks misses their clusters: it is the control.",
  input: z.object({}),
  examples: [
    ["deadwax --archive twin twin check", "target, tolerance, measured, and whether it is met"],
    ["deadwax --archive twin twin check --json", "the same, with sources, for a program"],
  ],
  exitCodes: [10, 12, 130],
  kind: "tells",
  async run(context) {
    const archive = await context.openArchive();
    const { checkTwin, currentSnapshot } = await import("../../catalogue/index.ts");
    const snapshot = await currentSnapshot(archive);
    const { reporter, signal } = context;
    const targets = await checkTwin({ snapshot, reporter, signal, spillFolder: archive.layout.scratch });
    const missed = targets.filter(({ ok }) => !ok).length;
    return {
      summary: { snapshot: snapshot.id, targets, missed },
      exitCode: missed > 0 ? EXIT.integrity : EXIT.ok,
      show: (output) => {
        printTable(
          output,
          COLUMNS,
          targets.map(({ name, target, tolerance, measured, ok }) => [
            name,
            shown(target),
            tolerance,
            measured === null ? "none" : shown(measured),
            ok ? "yes" : "NO",
          ]),
        );
        output.line(
          missed === 0
            ? `all ${targets.length} targets are met`
            : `${missed} of ${targets.length} targets are missed`,
        );
      },
    };
  },
});

const COLUMNS = [
  { name: "figure", shrinks: true },
  { name: "target", align: "right" },
  { name: "tolerance" },
  { name: "measured", align: "right" },
  { name: "ok" },
] as const;

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}
