import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { Flagged } from "./store/snapshot-document.ts";

const number = z.bigint().transform(Number);
const countedRow = z.object({ name: z.string(), count: number });
const flaggedRow = z.object({
  titles_from_file_names: number,
  tracks_without_artist: number,
  id_collisions: number,
  plays_rows: number,
  plays_matched: number,
  plays_ambiguous: number,
});

/** Counts what a person should look at, from the tables of a full build. */
export async function readFlagged(database: Database): Promise<Flagged> {
  const [row] = await database.rows(await readFile(new URL("./flagged.sql", import.meta.url), "utf8"));
  const flags = flaggedRow.parse(row);
  return {
    malformedIdentifiers: await countBy(database, "row_identifier where value is null", "scheme"),
    titlesFromFileNames: flags.titles_from_file_names,
    tracksWithoutArtist: flags.tracks_without_artist,
    idCollisions: flags.id_collisions,
    plays: {
      rows: flags.plays_rows,
      matched: flags.plays_matched,
      ambiguous: flags.plays_ambiguous,
      unmatched: flags.plays_rows - flags.plays_matched - flags.plays_ambiguous,
    },
    conflicts: await countBy(database, "row_conflict", "kind"),
  };
}

/** Counts the rows of a table by the values of a column. */
export async function countBy(
  database: Database,
  from: string,
  column: string,
): Promise<Record<string, number>> {
  const rows = await database.rows(
    `select ${column} as name, count(*) as count from ${from} group by all order by all`,
  );
  return Object.fromEntries(rows.map((row) => countedRow.parse(row)).map(({ name, count }) => [name, count]));
}
