import { Argument, Option } from "commander";
import { z } from "zod";
import { FailedError, UsageError } from "../../core/errors.ts";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showHits } from "../show/catalogue-search.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

export const catalogueSearchCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "search"],
  summary: "tracks by words of their title and artists, best first",
  details:
    "Every word has to be there; the last one may be unfinished, and one word may have one typo. Accents and case do not matter. As written comes before unfinished before mistyped; within each the more popular comes first.",
  arguments: [new Argument("<text...>", "words of title and artists, in any order")],
  options: [
    new Option("--limit <n>", `at most so many, up to ${MAX_LIMIT}`)
      .argParser(parseCount)
      .default(DEFAULT_LIMIT),
  ],
  input: z.object({ text: z.array(z.string()).min(1), limit: z.int() }),
  examples: [
    ["deadwax catalogue search sigur ros svefn", "the last word is unfinished"],
    ["deadwax catalogue search 'group krovi' --limit 5", "five at most"],
    ["deadwax catalogue search beyonse --json | head -1", "one typo; told to a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { text, limit }) {
    if (limit > MAX_LIMIT) throw new UsageError(`--limit is ${MAX_LIMIT} at most`);
    const archive = await context.openArchive();
    const { BUILD_INDEX_HINT, currentSnapshot, searchSnapshot, withIndexes } = await import(
      "../../catalogue/index.ts"
    );
    const snapshot = await currentSnapshot(archive);
    const hits = await withIndexes(snapshot, context.stageOptions(archive), async (isIndexed) => {
      if (!isIndexed) {
        throw new FailedError(`"${snapshot.id}" has no index to search`, { hint: BUILD_INDEX_HINT });
      }
      return searchSnapshot(snapshot, text.join(" "), limit);
    });
    const found = hits.map((hit) => ({ ...hit, trackId: trackIdFromBigInt(hit.trackId) }));
    for (const hit of found) context.reporter.record({ type: "track", ...hit });
    return {
      summary: { snapshot: snapshot.id, tracks: found.length },
      show: (output) => showHits(output, found),
    };
  },
});
