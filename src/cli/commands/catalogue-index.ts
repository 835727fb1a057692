import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { type Field, printFields } from "../report/table.ts";

export const catalogueIndexCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "index"],
  summary: "build what makes look-ups and search immediate",
  details:
    "The index is derived from the current snapshot and can be thrown away; small catalogues get it when it is first needed. What is there already and whole is left alone, and what an earlier snapshot has of the same segments is taken over. About 150 bytes a track.",
  options: [
    new Option("--only <part>", "keys for look-ups, rows of tracks, or text for search").choices([
      "keys",
      "rows",
      "text",
    ]),
    new Option("--rebuild", "build it all again, whatever is there"),
    dryRunOption(),
  ],
  input: z.object({
    only: z.enum(["keys", "rows", "text"]).optional(),
    rebuild: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax catalogue index --dry-run", "what is missing of it"],
    ["deadwax catalogue index --only keys", "look-ups first: search takes longer to build"],
    ["deadwax catalogue index", "after a large build, before looking things up"],
  ],
  exitCodes: [10, 11, 14, 130],
  kind: "does",
  async run(context, { only, rebuild, dryRun }) {
    const archive = await context.openArchive();
    const { buildIndexes, currentSnapshot, planIndexes, removeUnfinishedIndexes } = await import(
      "../../catalogue/index.ts"
    );
    const snapshot = await currentSnapshot(archive);
    const whole = planIndexes(snapshot, { rebuild });
    const isWanted = (part: string): boolean => only === undefined || only === part;
    const plan = {
      snapshot,
      keys: isWanted("keys") ? whole.keys : [],
      rows: isWanted("rows") ? whole.rows : [],
      texts: isWanted("text") ? whole.texts : [],
    };
    const parts = [
      ...plan.keys.map(({ name, generation, entries }) => ({ part: name, generation, rows: entries })),
      ...plan.rows.map(({ generation, tracks }) => ({ part: "rows", generation, rows: tracks })),
      ...plan.texts.map(({ generation, tracks }) => ({ part: "text", generation, rows: tracks })),
    ];
    if (!dryRun) {
      await context.writing(archive, async () => {
        await removeUnfinishedIndexes(archive, snapshot);
        await buildIndexes(plan, context.stageOptions(archive));
      });
    }
    const done = dryRun ? "would be built" : "built";
    return {
      summary: { snapshot: snapshot.id, dryRun, parts },
      show: (output) =>
        printFields(output, [
          ["snapshot", snapshot.id, "bold"],
          ...parts.map(
            ({ part, generation, rows }): Field => [done, `${part} (generation ${generation}, ${rows} rows)`],
          ),
          [done, parts.length === 0 ? "nothing: the index is whole" : null],
        ]),
    };
  },
});
