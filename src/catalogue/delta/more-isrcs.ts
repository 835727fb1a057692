import { join } from "node:path";
import { z } from "zod";
import { type Database, sqlTextList } from "../../core/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";

const foundRow = z.object({ tracks: z.bigint().transform(Number) });

/** Makes `more_isrc`: the ISRCs of known tracks beside the one that stands in their row; `hasOneEach`: there are none (`hasOneIsrcEach`). */
export async function addMoreIsrcs(database: Database, hasOneEach: boolean): Promise<void> {
  if (hasOneEach) {
    await database.run("create table more_isrc (isrc ubigint, track_id ubigint)");
  } else await database.runFile(new URL("./0-more-isrc.sql", import.meta.url));
}

/**
 * Whether no track has two ISRCs, from the footers alone. A generation has all ISRCs of the tracks that it has, and the first
 * of each in its row: where there are as many rows in all with an ISRC as ISRCs, each has one. What a footer does not count
 * makes the former fewer.
 */
export async function hasOneIsrcEach(database: Database, { folder, tables }: Snapshot): Promise<boolean> {
  const isrcs = tables.isrc.segments.reduce((sum, { rows }) => sum + rows, 0);
  if (isrcs === 0) return true;
  const files = sqlTextList(tables.track.segments.map(({ file }) => join(folder, file)));
  const [found] = await database.rows(
    `select coalesce(sum(num_values - stats_null_count), 0)::bigint as tracks from parquet_metadata(${files}) where path_in_schema = 'isrc'`,
  );
  return foundRow.parse(found).tracks === isrcs;
}
