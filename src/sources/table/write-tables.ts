import { join } from "node:path";
import { type Database, sqlTextList } from "../../core/database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import type { RecordIntake } from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { FACT_TABLES } from "../facts/fact-tables.ts";
import { trackIdSql } from "../facts/track-id-sql.ts";
import type { Mapping } from "./mapping.ts";
import { hasReleases, releaseQuery } from "./release-query.ts";

/** Rows of `wideQuery` that become tables: queries. */
export interface TableRows {
  /** Tracks, in this order: one stretch, or two. */
  readonly tracks: readonly [string] | readonly [before: string, after: string];
  readonly releases: string;
}

/**
 * Writes tracks and releases, in the order of their rows, by two statements at a time: each reads what it needs. The last stretch
 * of tracks is read over the intake's own connection. Gives the number of tracks; the tables are not the writer's yet.
 */
export async function writeTables(
  intake: RecordIntake,
  mapping: Mapping,
  { tracks, releases }: TableRows,
): Promise<number> {
  const { database } = intake;
  const second = await database.connect();
  try {
    const [first, after] = tracks;
    const lanes =
      after === undefined
        ? [writeTracks(intake, database, first, 0), writeReleases(intake, mapping, releases, second)]
        : [
            writeReleases(intake, mapping, releases).then(() => writeTracks(intake, database, after, 1)),
            writeTracks(intake, second, first, 0),
          ];
    // Neither is left running when the other fails.
    await Promise.allSettled(lanes);
    await Promise.all(lanes);
  } finally {
    second.close();
  }
  const paths = sqlTextList(tracks.map((_, stretch) => trackFile(intake, stretch)));
  const [counted] = await database.rows(`select count(*) as rows from read_parquet(${paths})`);
  return Number(counted?.rows ?? 0);
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
  await writeAccessionTable(database, "releases", query, releaseFile(intake));
}

/** The tables that were written are the writer's now. */
export function handOver(intake: RecordIntake, mapping: Mapping, stretches = 1): void {
  if (hasReleases(mapping)) intake.writer.addWhole("releases", releaseFile(intake));
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    intake.writer.addWhole("tracks", trackFile(intake, stretch));
  }
}

async function writeTracks(
  intake: RecordIntake,
  database: Database,
  rows: string,
  stretch: number,
): Promise<void> {
  const columns = Object.keys(FACT_TABLES.tracks).filter((column) => column !== "track_id");
  await writeAccessionTable(
    database,
    "tracks",
    `select ${trackIdSql(intake.sourceName, "key")} as track_id, ${columns.join(", ")} from (${rows})`,
    trackFile(intake, stretch),
  );
}

function trackFile({ scratch }: RecordIntake, stretch: number): string {
  return join(scratch, `tracks-${stretch}.parquet`);
}

function releaseFile({ scratch }: RecordIntake): string {
  return join(scratch, "releases.parquet");
}
