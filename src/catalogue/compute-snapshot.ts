import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Database, throwIfAborted } from "../core/index.ts";
import type { Accession } from "../sources/accession/accession.ts";
import { deriveValues } from "./derive-values.ts";
import { loadFacts } from "./load-facts.ts";
import {
  type Flagged,
  SNAPSHOT_TABLES,
  type SnapshotDescription,
  type SnapshotTable,
  snapshotTablesSchema,
} from "./snapshot.ts";

const STEPS = ["2-artists.sql", "3-albums.sql", "4-identifiers.sql", "5-plays.sql", "6-tracks.sql"] as const;

/** A total order for every table: the same rows give the same file. */
const ORDER: { readonly [table in SnapshotTable]: string } = {
  track: "track_id",
  album: "album_id",
  artist: "artist_id",
  track_artist: "track_id, role, position",
  track_genre: "track_id, position",
  artist_genre: "artist_id, position",
  identifier: "scheme, value nulls last, raw, entity, entity_id",
  feature: "track_id, name",
  listen: "track_id, accession",
  holding: "track_id",
  label: "label_id",
  tag: "track_id, ordinal, key, value",
  document: "source, path, path_b64 nulls first",
  package_file: "track_id, package, scope_path",
};

export interface ComputeOptions {
  /** Oldest first. */
  readonly accessions: readonly Accession[];
  /** Where the Parquet files go: there, and empty. */
  readonly folder: string;
  readonly spillFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Called after each of `computeStepCount` steps. */
  readonly onStep: (what: string) => void;
}

export function computeStepCount(accessions: readonly Accession[]): number {
  return accessions.length + 2 + STEPS.length + SNAPSHOT_TABLES.length;
}

/** Computes all tables from the facts and writes them, not yet synced, into `folder`. */
export async function computeSnapshot(
  options: ComputeOptions,
): Promise<Pick<SnapshotDescription, "tables" | "flagged">> {
  const done = (what: string): void => {
    options.onStep(what);
    throwIfAborted(options.signal);
  };
  const database = await Database.open({ spillFolder: options.spillFolder });
  try {
    await database.runFile(sqlFile("0-schema.sql"));
    for (const [ord, accession] of options.accessions.entries()) {
      await loadFacts(database, accession, ord);
      done(accession.id);
    }
    await database.runFile(sqlFile("1-live.sql"));
    done("1-live.sql");
    await deriveValues(database);
    done("names, dates, identifiers");
    for (const step of STEPS) {
      await database.runFile(sqlFile(step));
      done(step);
    }
    const tables: [SnapshotTable, unknown][] = [];
    for (const table of SNAPSHOT_TABLES) {
      tables.push([table, await writeTable(database, table, options.folder)]);
      done(table);
    }
    return {
      tables: snapshotTablesSchema.parse(Object.fromEntries(tables)),
      flagged: await readFlagged(database),
    };
  } finally {
    database.close();
  }
}

async function writeTable(database: Database, table: SnapshotTable, folder: string): Promise<unknown> {
  const path = join(folder, `${table}.parquet`);
  await database.writeParquet(`select * from "${table}" order by ${ORDER[table]}`, path);
  const [row] = await database.rows(`select count(*) as rows from "${table}"`);
  return {
    rows: Number(row?.rows),
    sizeBytes: (await stat(path)).size,
    sha256: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  };
}

const number = z.bigint().transform(Number);
const malformedRow = z.object({ scheme: z.string(), count: number });
const flaggedRow = z.object({
  titles_from_file_names: number,
  tracks_without_artist: number,
  id_collisions: number,
  plays_rows: number,
  plays_matched: number,
  plays_ambiguous: number,
});

async function readFlagged(database: Database): Promise<Flagged> {
  const malformed = await database.rows(
    "select scheme, count(*) as count from identifier where not valid group by scheme order by scheme",
  );
  const [row] = await database.rows(await readFile(sqlFile("flagged.sql"), "utf8"));
  const flags = flaggedRow.parse(row);
  return {
    malformedIdentifiers: Object.fromEntries(
      malformed.map((line) => malformedRow.parse(line)).map(({ scheme, count }) => [scheme, count]),
    ),
    titlesFromFileNames: flags.titles_from_file_names,
    tracksWithoutArtist: flags.tracks_without_artist,
    idCollisions: flags.id_collisions,
    plays: {
      rows: flags.plays_rows,
      matched: flags.plays_matched,
      ambiguous: flags.plays_ambiguous,
      unmatched: flags.plays_rows - flags.plays_matched - flags.plays_ambiguous,
    },
  };
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
