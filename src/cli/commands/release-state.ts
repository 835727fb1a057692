import { Argument, Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { STATED } from "../../release/states/state-document.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printFields } from "../report/table.ts";

export const releaseStateCommand: RegisteredCommand = defineCommand({
  path: ["release", "state"],
  summary: "say, signed, whether a release is given out: open, embargoed, revoked …",
  details:
    "Nothing that was published is changed: a small signed statement is put beside the release, and the last one counts. Seeders,\n" +
    "the feed, the allocator and mirrors obey it. announced: known to come, given to nobody. initial-seeding: given out,\n" +
    "each piece once before any twice. embargoed: given to nobody until its time. revoked: never again; mirrors delete it.\n" +
    "That a later release holds all of it (superseded) follows by itself. The bytes in this archive stay where they are.",
  arguments: [
    new Argument("<release>", "its name"),
    new Argument("<state>", "what it is from now on").choices(STATED),
  ],
  options: [
    new Option("--until <date>", "end of an embargo, like 2027-01-31 or 2027-01-31T12:00:00Z").argParser(
      parseDate,
    ),
    new Option("--reason <text>", "why: everybody can read it"),
  ],
  input: z.object({
    release: z.string(),
    state: z.enum(STATED),
    until: z.date().optional(),
    reason: z.string().max(2000).optional(),
  }),
  examples: [
    ["deadwax release state music-1 embargoed --until 2027-01-31", "nobody gets it before"],
    ["deadwax release state music-1 revoked --reason 'notice of 3 May: not free'", "nobody gets it again"],
  ],
  exitCodes: [10],
  kind: "does",
  async run(context, { release, state, until, reason }) {
    if (until !== undefined && state !== "embargoed") throw new UsageError("--until is for an embargo");
    if (state === "revoked" && reason === undefined) {
      throw new UsageError("a revocation says why", { hint: "give the reason: --reason TEXT" });
    }
    const { stateRelease } = await import("../../release/index.ts");
    const archive = await context.openArchive();
    const stated = await context.writing(archive, () =>
      stateRelease({ archive, release, state, until: until ?? null, reason: reason ?? null }),
    );
    return {
      summary: { ...stated },
      show: (output) =>
        printFields(output, [
          ["release", release, "bold"],
          ["was", stated.before.state],
          ["is", `${stated.after.state}${stated.after.until === null ? "" : ` until ${stated.after.until}`}`],
          ["statement", stated.file],
        ]),
    };
  },
});

function parseDate(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(date.getTime()))
    return date;
  throw new UsageError(`"${text}" is not a date`, {
    hint: "write it like 2027-01-31 or 2027-01-31T12:00:00Z",
  });
}
