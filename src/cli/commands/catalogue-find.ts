import { Argument, Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { showFoundTracks } from "../show/catalogue.ts";

const DEFAULT_LIMIT = 100;

export const catalogueFindCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "find"],
  summary: "tracks by words of their title, artist or album",
  details: "Every word has to be there; accents and case do not matter. Without words, all tracks.",
  arguments: [new Argument("[words...]", "words to look for")],
  options: [new Option("--limit <n>", "at most so many").argParser(parseCount).default(DEFAULT_LIMIT)],
  input: z.object({ words: z.array(z.string()).default([]), limit: z.int() }),
  examples: [
    ["deadwax catalogue find king dead", "tracks with both words"],
    ["deadwax catalogue find | cut -f1", "the ids of the first hundred tracks"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { words, limit }) {
    const archive = await context.openArchive();
    const { findTracksByWords } = await import("../find-by-words.ts");
    const { tracks, total } = await findTracksByWords(archive, words, limit);
    for (const { trackId: _, id, ...track } of tracks) {
      context.reporter.record({ type: "track", trackId: id, ...track });
    }
    if (total > tracks.length) context.reporter.note(`${total} tracks match: --limit shows more`);
    return { summary: { tracks: tracks.length, total }, show: (output) => showFoundTracks(output, tracks) };
  },
});
