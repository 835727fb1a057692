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
import { computeDelta, DELTA_STEPS } from "./delta/compute-delta.ts";
import { type BuildPlan, planBuild } from "./delta/plan-delta.ts";
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
  /** Compute everything anew, even where the current snapshot could be gone on from. */
  readonly full?: boolean | undefined;
  /** The share of the tracks up to which a change is written as a delta; a quarter unless told. */
  readonly maxShare?: number | undefined;
}

export interface CatalogueSummary {
  readonly snapshot: string;
  /** False when this snapshot was there already: nothing was computed. */
  readonly created: boolean;
  readonly accessions: number;
  /** Whether this snapshot goes on from another one. */
  readonly incremental: boolean;
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
  const { current, plan } = await planNextBuild(archive, accessions, options);
  const fullId = snapshotId(BUILDER, accessions);
  const existing =
    current !== null && isOfSame(current, accessions) && (!options.full || current.id === fullId)
      ? current
      : plan.kind === "full"
        ? await readSnapshot(archive, fullId)
        : null;
  const description = existing ?? (await build(options, accessions, plan));
  const { id } = description;
  if ((await currentSnapshotId(archive)) !== id) await makeCurrent(archive, id);
  return {
    snapshot: id,
    created: existing === null,
    accessions: accessions.length,
    incremental: description.replaced.length > 0,
    tables: rowsByTable(description),
    flagged: description.flagged,
  };
}

export interface NextBuild {
  readonly accessions: number;
  /** Those that the current snapshot does not have. */
  readonly newAccessions: number;
  readonly plan: BuildPlan | { readonly kind: "nothing" };
}

/** What a build would do now. */
export async function planCatalogueBuild(archive: Archive, full = false): Promise<NextBuild> {
  const accessions = await listAccessions(archive);
  const { current, plan } = await planNextBuild(archive, accessions, { full });
  const known = new Set(current?.accessions.map(({ id }) => id));
  const isThere =
    current !== null &&
    isOfSame(current, accessions) &&
    (!full || current.id === snapshotId(BUILDER, accessions));
  return {
    accessions: accessions.length,
    newAccessions: accessions.filter(({ id }) => !known.has(id)).length,
    plan: isThere || accessions.length === 0 ? { kind: "nothing" } : plan,
  };
}

async function planNextBuild(
  archive: Archive,
  accessions: readonly Accession[],
  { full, maxShare }: Pick<BuildCatalogueOptions, "full" | "maxShare">,
): Promise<{ readonly current: Snapshot | null; readonly plan: BuildPlan }> {
  const id = await currentSnapshotId(archive);
  const current = id === null ? null : await readSnapshot(archive, id).catch(nullWhenKnown);
  return { current, plan: planBuild({ accessions, current, builder: BUILDER, full, maxShare }) };
}

/** Whether a snapshot says all that these accessions say, as a full build or otherwise. */
function isOfSame(snapshot: Snapshot, accessions: readonly Accession[]): boolean {
  if (snapshot.builder !== BUILDER && snapshot.synthetic === null) return false;
  const held = new Set(snapshot.accessions.map((accession) => accession.id));
  return held.size === accessions.length && accessions.every((accession) => held.has(accession.id));
}

async function build(
  options: BuildCatalogueOptions,
  accessions: readonly Accession[],
  plan: BuildPlan,
): Promise<SnapshotDescription> {
  if (plan.kind === "incremental") {
    const made = await buildDelta(options, accessions, plan);
    if (made) return made;
  } else {
    const current = await currentSnapshotId(options.archive);
    const snapshot =
      current === null ? null : await readSnapshot(options.archive, current).catch(nullWhenKnown);
    if (snapshot?.synthetic) {
      throw new FailedError(`a synthetic catalogue cannot be computed anew: ${plan.because}`, {
        hint: "it was generated and has no facts: it takes records of catalogues only; use another archive for the rest",
      });
    }
  }
  return await buildSnapshot(options, accessions, snapshotId(BUILDER, accessions));
}

/** One more generation of the base; null when too much of it changes. */
async function buildDelta(
  { archive, reporter, signal, clock }: BuildCatalogueOptions,
  accessions: readonly Accession[],
  plan: Extract<BuildPlan, { kind: "incremental" }>,
): Promise<SnapshotDescription | null> {
  const { scratch } = archive.layout;
  const { base } = plan;
  warnOfUnusedPlays(base, accessions, reporter);
  const id = snapshotId(BUILDER, accessions, { kind: "incremental", parent: base.id });
  const draft = await draftSnapshot(archive, id);
  const progress = reporter.progress("catalogue", "items", DELTA_STEPS);
  try {
    await ensureFolder(scratch);
    const delta = await computeDelta({
      plan,
      folder: draft.folder,
      spillFolder: scratch,
      signal,
      onStep: (what) => progress.advance(1, what),
    });
    if (!delta) return null;
    await draft.adopt(base, delta.kept);
    return await draft.publish({
      format: SNAPSHOT_FORMAT,
      id,
      builder: BUILDER,
      program: `deadwax ${DEADWAX_VERSION}`,
      created: isoSeconds((clock ?? systemClock).now()),
      parent: base.id,
      accessions: describeAccessions(accessions),
      synthetic: base.synthetic,
      ...delta.computed,
    });
  } catch (error) {
    throw explainSystemError(error, "building the catalogue");
  } finally {
    progress.finish();
    await draft.discard();
  }
}

/** A synthetic catalogue has a popularity of its own. */
function warnOfUnusedPlays(base: Snapshot, accessions: readonly Accession[], reporter: Reporter): void {
  if (base.synthetic === null) return;
  const known = new Set(base.accessions.map(({ id }) => id));
  for (const { id } of accessions.filter((each) => !known.has(each.id) && each.table("plays") !== null)) {
    reporter.warn(
      `the play counts of "${id}" change nothing: the popularity of a synthetic catalogue is generated`,
    );
  }
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
