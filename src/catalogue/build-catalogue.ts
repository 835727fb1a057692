import {
  type Archive,
  type Clock,
  DEADWAX_VERSION,
  DeadwaxError,
  ensureFolder,
  explainSystemError,
  FailedError,
  isoSeconds,
  type Reporter,
  systemClock,
} from "../core/index.ts";
import { type Accession, listAccessions } from "../sources/accession/accession.ts";
import { computeFull, computeStepCount } from "./compute-full.ts";
import { draftSnapshot, makeCurrent, removeUnfinished } from "./store/draft-snapshot.ts";
import {
  type Flagged,
  rowsByTable,
  SNAPSHOT_FORMAT,
  type SnapshotDescription,
  type TableRows,
} from "./store/snapshot-document.ts";
import { snapshotId } from "./store/snapshot-id.ts";
import { currentSnapshotId, readSnapshot, type Snapshot } from "./store/snapshot-store.ts";

/** Changes when the same accessions give other tables. */
const BUILDER = "catalogue/3";

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
  await removeUnfinished(archive);
  const current = await currentOfSame(archive, accessions);
  const id = current?.id ?? snapshotId(BUILDER, accessions);
  const existing = current ?? (await readSnapshot(archive, id));
  const description = existing ?? (await buildSnapshot(options, accessions, id));
  if ((await currentSnapshotId(archive)) !== id) await makeCurrent(archive, id);
  return {
    snapshot: id,
    created: existing === null,
    accessions: accessions.length,
    tables: rowsByTable(description),
    flagged: description.flagged,
  };
}

/** The current snapshot when it says all that these accessions say, as a full build or otherwise. */
async function currentOfSame(archive: Archive, accessions: readonly Accession[]): Promise<Snapshot | null> {
  const id = await currentSnapshotId(archive);
  const current = id === null ? null : await readSnapshot(archive, id).catch(nullWhenKnown);
  if (!current || current.builder !== BUILDER) return null;
  const held = new Set(current.accessions.map((accession) => accession.id));
  return held.size === accessions.length && accessions.every((accession) => held.has(accession.id))
    ? current
    : null;
}

/** A snapshot that cannot be read any more is built again. */
function nullWhenKnown(error: unknown): null {
  if (error instanceof DeadwaxError) return null;
  throw error;
}

async function buildSnapshot(
  { archive, reporter, signal, clock }: BuildCatalogueOptions,
  accessions: readonly Accession[],
  id: string,
): Promise<SnapshotDescription> {
  const { scratch } = archive.layout;
  const draft = await draftSnapshot(archive, id);
  const progress = reporter.progress("catalogue", "items", computeStepCount(accessions));
  try {
    await ensureFolder(scratch);
    const computed = await computeFull({
      accessions,
      folder: draft.folder,
      spillFolder: scratch,
      signal,
      onStep: (what) => progress.advance(1, what),
    });
    return await draft.publish({
      format: SNAPSHOT_FORMAT,
      id,
      builder: BUILDER,
      program: `deadwax ${DEADWAX_VERSION}`,
      created: isoSeconds((clock ?? systemClock).now()),
      parent: null,
      accessions: describeAccessions(accessions),
      synthetic: null,
      replaced: [],
      ...computed,
    });
  } catch (error) {
    await draft.discard();
    throw explainSystemError(error, "building the catalogue");
  } finally {
    progress.finish();
  }
}

function describeAccessions(accessions: readonly Accession[]): SnapshotDescription["accessions"] {
  return accessions.map(({ id, source: { kind, name, root }, started }) => ({
    id,
    kind,
    source: name,
    root,
    started,
  }));
}
