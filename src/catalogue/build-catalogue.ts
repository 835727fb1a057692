import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  type Clock,
  DEADWAX_VERSION,
  ensureFolder,
  explainSystemError,
  FailedError,
  isoSeconds,
  publishFolder,
  type Reporter,
  systemClock,
  TEMPORARY_PREFIX,
  writeFileAtomic,
} from "../core/index.ts";
import { type Accession, listAccessions } from "../sources/accession/accession.ts";
import { computeSnapshot, computeStepCount } from "./compute-snapshot.ts";
import {
  currentSnapshotId,
  type Flagged,
  readSnapshot,
  rowsByTable,
  SNAPSHOT_TABLES,
  type SnapshotDescription,
  type TableRows,
} from "./snapshot.ts";

/** Changes when the same accessions give other tables. */
const BUILDER = "catalogue/1";

export interface BuildCatalogueOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export interface CatalogueSummary {
  readonly snapshot: string;
  /** False when this snapshot was there already: nothing was computed. */
  readonly created: boolean;
  readonly accessions: number;
  /** Rows by table. */
  readonly tables: TableRows;
  readonly flagged: Flagged;
}

/**
 * Computes the snapshot of all accessions and makes it the current one. The same accessions give the same snapshot id
 * and the same bytes in every table. A build that is killed leaves the former snapshot current; the next build removes
 * what it left behind.
 */
export async function buildCatalogue(options: BuildCatalogueOptions): Promise<CatalogueSummary> {
  const { archive } = options;
  const accessions = await listAccessions(archive);
  if (accessions.length === 0) {
    throw new FailedError("there is nothing to make a catalogue of", {
      hint: "add a folder of music first: deadwax source add audio FOLDER",
    });
  }
  await removeUnfinished(archive.layout.catalogue);
  const id = snapshotId(accessions);
  const existing = await readSnapshot(archive, id);
  const description = existing ?? (await buildSnapshot(options, accessions, id));
  if ((await currentSnapshotId(archive)) !== id) {
    await writeFileAtomic(join(archive.layout.catalogue, "CURRENT"), `${id}\n`);
  }
  return {
    snapshot: id,
    created: existing === null,
    accessions: accessions.length,
    tables: rowsByTable(description),
    flagged: description.flagged,
  };
}

async function buildSnapshot(
  { archive, reporter, signal, clock }: BuildCatalogueOptions,
  accessions: readonly Accession[],
  id: string,
): Promise<SnapshotDescription> {
  const { catalogue, scratch } = archive.layout;
  const folder = join(catalogue, `${TEMPORARY_PREFIX}${id}`);
  const progress = reporter.progress("catalogue", "items", computeStepCount(accessions));
  try {
    await ensureFolder(scratch);
    await mkdir(folder);
    const computed = await computeSnapshot({
      accessions,
      folder,
      spillFolder: scratch,
      signal,
      onStep: (what) => progress.advance(1, what),
    });
    const description: SnapshotDescription = {
      format: "deadwax-snapshot/1",
      id,
      builder: BUILDER,
      program: `deadwax ${DEADWAX_VERSION}`,
      created: isoSeconds((clock ?? systemClock).now()),
      accessions: accessions.map(({ id, source: { kind, name, root }, started }) => ({
        id,
        kind,
        source: name,
        root,
        started,
      })),
      ...computed,
    };
    await writeFile(join(folder, "snapshot.json"), `${JSON.stringify(description, null, 2)}\n`);
    const tableFiles = SNAPSHOT_TABLES.map((table) => `${table}.parquet`);
    await publishFolder(folder, join(catalogue, id), [...tableFiles, "snapshot.json"]);
    return description;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explainSystemError(error, "building the catalogue");
  } finally {
    progress.finish();
  }
}

/** `s-` and 48 bits of SHA-256 over the builder and the ids of all accessions. */
function snapshotId(accessions: readonly Accession[]): string {
  const ids = accessions.map(({ id }) => id).sort();
  const digest = createHash("sha256")
    .update([BUILDER, ...ids].join("\n"))
    .digest("hex");
  return `s-${digest.slice(0, 12)}`;
}

/** What a killed build left: nobody else writes here, the caller holds the lock. */
async function removeUnfinished(catalogue: string): Promise<void> {
  await ensureFolder(catalogue);
  for (const name of await readdir(catalogue)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(catalogue, name), { recursive: true, force: true });
  }
}
