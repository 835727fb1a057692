import { z } from "zod";
import type { Archive } from "../../core/archive.ts";
import { ArchiveNotFoundError, EXIT } from "../../core/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printable } from "../report/printable.ts";
import type { Style } from "../report/style.ts";

const MARKS = {
  ok: ["ok", "green"],
  warning: ["look", "yellow"],
  missing: ["missing", "red"],
} as const satisfies Record<string, readonly [string, Style]>;

export const doctorCommand: RegisteredCommand = defineCommand({
  path: ["doctor"],
  summary: "what this machine has, what is missing, and how to get it",
  input: z.object({}),
  examples: [
    ["deadwax doctor", "this machine, and the archive around you if there is one"],
    ["deadwax --archive ~/archive doctor --json", "for a program"],
  ],
  exitCodes: [],
  kind: "tells",
  async run(context) {
    const { runDoctor } = await import("../../audit/index.ts");
    const archive = await archiveIfThere(context);
    const folder = archive?.layout.root ?? context.host.workingFolder;
    const report = await runDoctor({ archive, folder, signal: context.signal });
    for (const check of report.checks) context.reporter.record({ type: "check", ...check });
    return {
      summary: { ok: report.ok, checks: report.checks.length },
      exitCode: report.ok ? EXIT.ok : EXIT.failed,
      show: (output) => {
        for (const { name, verdict, found, fix } of report.checks) {
          const [word, style] = MARKS[verdict];
          if (!output.isTerminal) {
            output.line([word, name, found, fix ?? ""].map(printable).join("\t"));
            continue;
          }
          output.line(`${output.paint(style, word.padEnd(8))}${name.padEnd(14)}${printable(found)}`);
          if (fix !== null) output.line(output.paint("cyan", `${" ".repeat(8)}next: ${printable(fix)}`));
        }
      },
    };
  },
});

/** The machine can be looked at without an archive; one that was named has to be there. */
async function archiveIfThere(context: CommandContext): Promise<Archive | null> {
  try {
    return await context.openArchive();
  } catch (error) {
    const wasNamed = context.flags.archive !== undefined;
    if (error instanceof ArchiveNotFoundError && !wasNamed) return null;
    throw error;
  }
}
