import { join } from "node:path";
import { tableMetadata } from "../accession/write-accession.ts";
import type { RecordIntake } from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { FACT_TABLES } from "../facts/fact-tables.ts";
import { trackIdSql } from "../facts/track-id-sql.ts";
import type { Mapping } from "./mapping.ts";
import { hasReleases, releaseQuery } from "./release-query.ts";

/** Writes the tracks of rows of `wideQuery`, in their order. Gives their number; the table is not the writer's yet. */
export async function writeTracks(intake: RecordIntake, rows: string): Promise<number> {
  const { database, sourceName } = intake;
  const path = tracksFile(intake);
  const columns = Object.keys(FACT_TABLES.tracks).filter((column) => column !== "track_id");
  await database.writeParquet(
    `select ${trackIdSql(sourceName, "key")} as track_id, ${columns.join(", ")} from (${rows})`,
    path,
    tableMetadata("tracks"),
  );
  const [counted] = await database.rows("select count(*) as rows from read_parquet($path)", { path });
  return Number(counted?.rows ?? 0);
}

/**
 * Writes the releases of the same rows, and hands both tables over. A second pass that reads its own columns costs less than
 * rows that are kept in between.
 */
export async function writeReleases(intake: RecordIntake, mapping: Mapping, rows: string): Promise<void> {
  const { database, writer, scratch } = intake;
  if (hasReleases(mapping)) {
    const releases = join(scratch, "releases.parquet");
    const query = completeQuery("releases", releaseQuery(mapping, `(${rows})`));
    await database.writeParquet(query, releases, tableMetadata("releases"));
    writer.addWhole("releases", releases);
  }
  writer.addWhole("tracks", tracksFile(intake));
}

function tracksFile({ scratch }: RecordIntake): string {
  return join(scratch, "tracks.parquet");
}
