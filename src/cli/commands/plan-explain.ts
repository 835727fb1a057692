import { Argument, Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import type { Explanation } from "../../selection/index.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showExplanation } from "../show/plan-explain.ts";

export const planExplainCommand: RegisteredCommand = defineCommand({
  path: ["plan", "explain"],
  summary: "why a track is kept as it is, or not",
  details:
    "Its value, the steps it could take, the price at which the budget ended, and the budget that would have kept it.",
  arguments: [new Argument("<track>", "track id (13 characters) or ISRC")],
  options: [new Option("--plan <id>", "another plan than the current one")],
  input: z.object({ track: z.string(), plan: z.string().optional() }),
  examples: [
    ["deadwax plan explain 3SNC1ABZ4XYT8", "one track of the current plan"],
    ["deadwax plan explain DEA342300017 --json", "all tracks with this ISRC, told to a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { track, plan: id }) {
    const archive = await context.openArchive();
    const { currentPlan, explainTrack, openPlan } = await import("../../selection/index.ts");
    const { findTracksIn, readSnapshot } = await import("../../catalogue/index.ts");
    const plan = id === undefined ? await currentPlan(archive) : await openPlan(archive, id);
    const snapshot = await readSnapshot(archive, plan.document.snapshot);
    const found = snapshot ? await findTracksIn(snapshot, track) : [];
    if (found.length === 0) {
      throw new UsageError(`the catalogue of the plan has no track "${track}"`, {
        hint: "find it: deadwax catalogue find",
      });
    }
    const tracks: Explanation[] = [];
    for (const { trackId } of found) tracks.push(await explainTrack(archive, plan, trackId));
    return {
      summary: {
        plan: plan.id,
        tracks: tracks.map(({ decision, ...one }) => ({ ...one, ...withoutId(decision) })),
      },
      show: (output) => {
        for (const [index, one] of tracks.entries()) {
          if (index > 0) output.line();
          showExplanation(output, plan, one);
        }
      },
    };
  },
});

function withoutId<T extends { readonly trackId: bigint }>({ trackId: _, ...rest }: T): Omit<T, "trackId"> {
  return rest;
}
