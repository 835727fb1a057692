import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Database, sqlName } from "../../core/index.ts";
import { describeSegment } from "../store/describe-segment.ts";
import type { SegmentDescription } from "../store/snapshot-document.ts";
import { ROW_GROUP_ROWS, tableDefinition } from "../store/tables.ts";
import type { TwinTable, TwinTask } from "./plan-twin.ts";

const QUERY_FILES: { readonly [table in TwinTable]: string } = {
  track: "track.sql",
  isrc: "isrc.sql",
  identifier: "identifier.sql",
  album: "album.sql",
  artist: "artist.sql",
  artist_genre: "artist-genre.sql",
  label: "label.sql",
};

export function segmentFile({ table, number }: TwinTask): string {
  return `${table}/0-${number}.parquet`;
}

/** Generates one segment of a twin, in a database of `openTwinDatabase`, and describes it. */
export async function writeTwinSegment(
  database: Database,
  folder: string,
  task: TwinTask,
  statistics = true,
): Promise<SegmentDescription> {
  const { table, first, last } = task;
  const file = segmentFile(task);
  const query = await sqlOf(QUERY_FILES[table]);
  const columns = Object.entries(tableDefinition(table).columns).map(
    ([name, type]) => `${sqlName(name)}::${type} as ${sqlName(name)}`,
  );
  await database.run(`set variable first = ${first}::bigint`);
  await database.run(`set variable last = ${last}::bigint`);
  if (table === "track")
    await database.run(`create or replace temp table twin_track_key as ${await sqlOf("track-keys.sql")}`);
  await database.writeParquet(
    `select ${columns.join(", ")} from (${query})`,
    join(folder, file),
    {},
    { rowGroupRows: ROW_GROUP_ROWS },
  );
  const segment = await describeSegment(database, { table, folder, file, generation: 0, statistics });
  // Artists have no genre, one, or several; of everything else there is one row for each number.
  if (table !== "artist_genre" && segment.rows !== last - first)
    throw new Error(`"${file}" has ${segment.rows} rows of ${last - first}`);
  return segment;
}

async function sqlOf(file: string): Promise<string> {
  return await readFile(new URL(`./${file}`, import.meta.url), "utf8");
}
