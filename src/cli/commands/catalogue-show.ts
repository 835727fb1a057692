import { Argument, Option } from "commander";
import { z } from "zod";
import type { Shown, Snapshot } from "../../catalogue/index.ts";
import { FailedError } from "../../core/errors.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import type { Output } from "../report/output.ts";
import { printFields } from "../report/table.ts";
import { flaggedFields, showTrackFields } from "../show/catalogue.ts";
import { showAlbumFields, showArtistFields } from "../show/catalogue-search.ts";

const DEFAULT_TRACKS = 100;

export const catalogueShowCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "show"],
  summary: "what the catalogue holds, or all that it knows of a track, album or artist",
  details:
    "A key is an id (13 characters), an ISRC, a MusicBrainz id, a barcode, or scheme:value for any other identifier.",
  arguments: [new Argument("[key]", "an id, ISRC, MBID, GTIN, or scheme:value")],
  options: [
    new Option("--tracks <n>", "tracks of an album or artist, at most")
      .argParser(parseCount)
      .default(DEFAULT_TRACKS),
  ],
  input: z.object({ key: z.string().optional(), tracks: z.int() }),
  examples: [
    ["deadwax catalogue show", "how many tracks, albums, artists and identifiers there are"],
    ["deadwax catalogue show 3F8Z9K2M4N6P7", "everything about one track, and who says so"],
    ["deadwax catalogue show QZDWX2400001 --json", "the same for every track with an ISRC"],
    ["deadwax catalogue show discogs-release:249504", "an album with its tracks"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { key, tracks }) {
    const archive = await context.openArchive();
    const { BUILD_INDEX_HINT, currentSnapshot, showKey, TABLE_NAMES } = await import(
      "../../catalogue/index.ts"
    );
    const snapshot = await currentSnapshot(archive);
    if (key === undefined) return showCounts(snapshot, TABLE_NAMES);
    const { shown, total, isIndexed } = await showKey(snapshot, key, {
      ...context.stageOptions(archive),
      tracks,
    });
    if (!isIndexed) context.reporter.note(`tables are read for want of an index; ${BUILD_INDEX_HINT}`);
    if (shown.length === 0) {
      throw new FailedError(`nothing in the catalogue has the key "${key}"`, {
        hint: `give an id, an ISRC, an MBID or a barcode; or look for words: deadwax catalogue search "${key}"`,
      });
    }
    if (total > shown.length) context.reporter.note(`${total} have this key: ${shown.length} are shown`);
    for (const one of shown) context.reporter.record({ type: one.type, ...one.shown });
    const count = (type: Shown["type"]): number => shown.filter((one) => one.type === type).length;
    return {
      summary: {
        snapshot: snapshot.id,
        tracks: count("track"),
        albums: count("album"),
        artists: count("artist"),
      },
      show: (output) => {
        for (const [index, one] of shown.entries()) {
          if (index > 0) output.line();
          showOne(output, one);
        }
      },
    };
  },
});

function showOne(output: Output, one: Shown): void {
  if (one.type === "track") showTrackFields(output, one.shown);
  else if (one.type === "album") showAlbumFields(output, one.shown);
  else showArtistFields(output, one.shown);
}

function showCounts(snapshot: Snapshot, names: readonly (keyof Snapshot["tables"])[]): Outcome {
  const { id, created, accessions, tables, flagged } = snapshot;
  return {
    summary: { snapshot: id, created, accessions, tables, flagged },
    show: (output) =>
      printFields(output, [
        ["snapshot", id, "bold"],
        ["made", created],
        ["accessions", accessions.length],
        ...names.map((name) => [name, tables[name].rows] as const),
        ...flaggedFields(flagged),
      ]),
  };
}
