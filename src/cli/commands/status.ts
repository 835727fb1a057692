import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showStatus } from "../show/status.ts";

export const statusCommand: RegisteredCommand = defineCommand({
  path: ["status"],
  summary: "what each stage has done, what is in quarantine, and what to do next",
  input: z.object({}),
  examples: [
    ["deadwax status", "the archive around you"],
    ["deadwax --archive ~/archive status --json", "for a program, with every quarantined file"],
  ],
  exitCodes: [10, 12],
  kind: "tells",
  async run(context) {
    const archive = await context.openArchive();
    const { archiveStatus } = await import("../../audit/index.ts");
    const { readQuarantine } = await import("../../packing/index.ts");
    const { findCurrentPlan } = await import("../../selection/index.ts");
    const status = await archiveStatus({ archive });
    const plan = await findCurrentPlan(archive);
    const quarantine = plan ? [...(await readQuarantine(plan)).values()] : [];
    for (const track of quarantine) context.reporter.record({ type: "quarantined", ...track });
    return { summary: { ...status }, show: (output) => showStatus(output, status, quarantine) };
  },
});
