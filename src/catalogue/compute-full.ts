import { Database, throwIfAborted } from "../core/index.ts";
import type { Accession } from "../sources/accession/accession.ts";
import { audioStepCount, computeAudioRows } from "./audio-rows.ts";
import { verifyFactFile } from "./load-facts.ts";
import { readFlagged } from "./read-flagged.ts";
import { hasRecords, type OrderedAccession } from "./records/record-facts.ts";
import { computeRecordRows, FULL_SCOPE, RECORD_STEPS } from "./records/record-rows.ts";
import { addFullInput, followRedirects, resolveEntities } from "./resolve/resolve.ts";
import { describeTables, type SnapshotDescription } from "./store/snapshot-document.ts";
import { TABLE_NAMES } from "./store/tables.ts";
import { writeTables } from "./write-tables.ts";

export interface ComputeOptions {
  /** Oldest first. */
  readonly accessions: readonly Accession[];
  /** Where the segments go: there, and empty. */
  readonly folder: string;
  readonly spillFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Called after each of `computeStepCount` steps. */
  readonly onStep: (what: string) => void;
}

export type Computed = Pick<SnapshotDescription, "tables" | "flagged" | "nextArtistNo" | "nextAlbumNo">;

export function computeStepCount(accessions: readonly Accession[]): number {
  return audioStepCount(accessions) + RECORD_STEPS + 3 + TABLE_NAMES.length;
}

/** Computes all tables from the facts and writes them, not yet synced, as generation 0 into `folder`. */
export async function computeFull(options: ComputeOptions): Promise<Computed> {
  const { accessions, folder, spillFolder, signal } = options;
  const onStep = (what: string): void => {
    options.onStep(what);
    throwIfAborted(signal);
  };
  const database = await Database.open({ spillFolder });
  try {
    await database.runFile(sqlFile("store/macros.sql"));
    await database.runFile(sqlFile("rows.sql"));
    await database.run("insert into next_number by name select 1 as artist_no, 1 as album_no");
    await computeAudioRows(database, accessions, onStep);
    const records = accessions
      .map((accession, ord) => ({ accession, ord }))
      .filter(({ accession }) => hasRecords(accession));
    await verifyRecords(records);
    await computeRecordRows(database, { accessions: records, all: records, scope: FULL_SCOPE, onStep });
    await database.run("create view every_redirects as select * from record_redirects");
    await database.runFile(sqlFile("resolve/redirects.sql"));
    await followRedirects(database, "row_redirect", "redirect_final");
    await database.runFile(sqlFile("resolve/strong-schemes.sql"));
    await database.runFile(sqlFile("full-plays.sql"));
    await database.runFile(sqlFile("6-plays.sql"));
    await database.run("insert into row_listen by name select * from play_listen");
    await database.runFile(sqlFile("popularity.sql"));
    onStep("popularity");
    await resolveEntities(database, addFullInput);
    onStep("resolution");
    await database.runFile(sqlFile("physical.sql"));
    onStep("numbers");
    const { segments, ...next } = await writeTables(database, { folder, generation: 0, signal, onStep });
    return { ...next, tables: describeTables(segments), flagged: await readFlagged(database) };
  } finally {
    database.close();
  }
}

/** The tables of records are read where they stand, so they are verified first. */
export async function verifyRecords(records: readonly OrderedAccession[]): Promise<void> {
  for (const { accession } of records) {
    for (const file of Object.keys(accession.tables)) await verifyFactFile(accession, file);
  }
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
