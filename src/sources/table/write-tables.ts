import { join } from "node:path";
import type { Database } from "../../core/database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import type { RecordIntake } from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { FACT_TABLES } from "../facts/fact-tables.ts";
import { trackIdSql } from "../facts/track-id-sql.ts";
import type { Mapping } from "./mapping.ts";
import { hasReleases, releaseQuery } from "./release-query.ts";

/**
 * Writes tracks and releases of rows of `wideQuery`, in their order, at the same time: each is a statement of its own that reads
 * what it needs. Gives the number of tracks; the tables are not the writer's yet.
 */
export async function writeTables(
  intake: RecordIntake,
  mapping: Mapping,
  trackRows: string,
  releaseRows: string,
): Promise<number> {
  const second = await intake.database.connect();
  try {
    const both = [
      writeTracks(intake, trackRows),
      writeReleases(intake, mapping, releaseRows, second),
    ] as const;
    // Neither is left running when the other fails.
    await Promise.allSettled(both);
    const [tracks] = await Promise.all(both);
    return tracks;
  } finally {
    second.close();
  }
}

/** Writes the releases that the rows tell of, where they tell of any. */
export async function writeReleases(
  intake: RecordIntake,
  mapping: Mapping,
  rows: string,
  database: Database = intake.database,
): Promise<void> {
  if (!hasReleases(mapping)) return;
  const query = completeQuery("releases", releaseQuery(mapping, `(${rows})`));
  await writeAccessionTable(database, "releases", query, fileOf(intake, "releases"));
}

/** The tables that were written are the writer's now. */
export function handOver(intake: RecordIntake, mapping: Mapping): void {
  if (hasReleases(mapping)) intake.writer.addWhole("releases", fileOf(intake, "releases"));
  intake.writer.addWhole("tracks", fileOf(intake, "tracks"));
}

async function writeTracks(intake: RecordIntake, rows: string): Promise<number> {
  const { database, sourceName } = intake;
  const path = fileOf(intake, "tracks");
  const columns = Object.keys(FACT_TABLES.tracks).filter((column) => column !== "track_id");
  await writeAccessionTable(
    database,
    "tracks",
    `select ${trackIdSql(sourceName, "key")} as track_id, ${columns.join(", ")} from (${rows})`,
    path,
  );
  const [counted] = await database.rows("select count(*) as rows from read_parquet($path)", { path });
  return Number(counted?.rows ?? 0);
}

function fileOf({ scratch }: RecordIntake, table: "tracks" | "releases"): string {
  return join(scratch, `${table}.parquet`);
}
