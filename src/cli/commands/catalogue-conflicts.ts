import { Option } from "commander";
import { z } from "zod";
import { CONFLICT_KINDS } from "../../catalogue/list-conflicts.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showConflicts } from "../show/conflicts.ts";

const DEFAULT_LIMIT = 50;

export const catalogueConflictsCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "conflicts"],
  summary: "identifiers that contradict each other or are none",
  details:
    "One ISRC on recordings that differ, one recording with several ISRCs, and codes that are malformed. None of them unites tracks.",
  options: [
    new Option("--kind <kind>", "only these").choices([...CONFLICT_KINDS]),
    new Option("--limit <n>", "at most so many rows").argParser(parseCount).default(DEFAULT_LIMIT),
  ],
  input: z.object({ kind: z.enum(CONFLICT_KINDS).optional(), limit: z.int() }),
  examples: [
    ["deadwax catalogue conflicts", "how many of each, and the first fifty"],
    ["deadwax catalogue conflicts --kind invalid-code --limit 1000 --json", "malformed codes, for a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { kind, limit }) {
    const archive = await context.openArchive();
    const { listConflicts } = await import("../../catalogue/index.ts");
    const report = await listConflicts(archive, { kind, limit });
    for (const { kind: conflict, ...row } of report.conflicts) {
      context.reporter.record({ type: "conflict", conflict, ...row });
    }
    return { summary: { counts: report.counts }, show: (output) => showConflicts(output, report) };
  },
});
