import type { Database } from "../core/index.ts";
import type { Accession } from "../sources/accession/accession.ts";
import { derivePlayValues, deriveValues } from "./derive-values.ts";
import { loadFacts } from "./load-facts.ts";

const STEPS = [
  "2-artists.sql",
  "3-albums.sql",
  "4-identifiers.sql",
  "5-tracks.sql",
  "7-measures.sql",
] as const;

export function audioStepCount(accessions: readonly Accession[]): number {
  return accessions.length + 2 + STEPS.length;
}

/** Fills the tables `row_…` with what folders of music say, and `play` with counts; `accessions` are oldest first. */
export async function computeAudioRows(
  database: Database,
  accessions: readonly Accession[],
  onStep: (what: string) => void,
): Promise<void> {
  await database.runFile(sqlFile("0-schema.sql"));
  await database.runFile(sqlFile("plays-schema.sql"));
  for (const [ord, accession] of accessions.entries()) {
    await loadFacts(database, accession, ord);
    onStep(accession.id);
  }
  await database.runFile(sqlFile("1-live.sql"));
  await database.runFile(sqlFile("live-plays.sql"));
  onStep("1-live.sql");
  await deriveValues(database);
  await derivePlayValues(database);
  onStep("names, dates, identifiers");
  for (const step of STEPS) {
    await database.runFile(sqlFile(step));
    onStep(step);
  }
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
