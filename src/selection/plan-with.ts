import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Recordings, recordingsQuery, type Snapshot } from "../catalogue/index.ts";
import { fileSha256 } from "../core/file-sha256.ts";
import {
  type Archive,
  appendEvents,
  type Clock,
  DEADWAX_VERSION,
  ensureFolder,
  explainSystemError,
  formatSize,
  isoSeconds,
  type Policy,
  publishFolder,
  type Reporter,
  systemClock,
  TEMPORARY_PREFIX,
  UsageError,
  writePointer,
} from "../core/index.ts";
import {
  type Choice,
  type CountedCatalogue,
  chooseWithin,
  countSteps,
  withoutNoise,
} from "./engine/decide-tracks.ts";
import { openPlanningCatalogue } from "./engine/planning-catalogue.ts";
import { writeCurve } from "./engine/write-curve.ts";
import { type WrittenDispositions, writeDispositions } from "./engine/write-dispositions.ts";
import { describeLeftOut } from "./left-out.ts";
import { planId } from "./plan-id.ts";
import { currentPlanId, findPlan, type PlanDocument } from "./plan-store.ts";
import { type PlanSummary, totalTallies } from "./plan-summary.ts";
import { assumesHoldings, planningPolicy } from "./planning-policy.ts";
import { sealedBytes } from "./shard-estimate.ts";

export const CURVE_POINTS = 10;

/** What planning needs, with its neighbours passed in. */
export interface PlanInput {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly snapshot: Snapshot;
  readonly rightsId: string;
  /** Selects track_id, disseminate and derive of the tracks that have a right; may name the views of the snapshot. */
  readonly gates: string;
  /** Which tracks sound the same; null or left out: nobody has compared them. */
  readonly recordings?: Recordings | null;
  readonly policy: Policy;
  /** Null: no limit. */
  readonly budgetBytes: number | null;
  /** Decide and add up, write nothing. */
  readonly dryRun: boolean;
}

/** Decides for every track of the snapshot, and makes the result the current plan. */
export async function planWith(input: PlanInput): Promise<PlanSummary> {
  const { archive, reporter, snapshot, rightsId, budgetBytes, dryRun } = input;
  requireBudget(budgetBytes);
  const policy = planningPolicy(input.policy, snapshot);
  if (assumesHoldings(policy, input.policy)) reporter.note(ASSUMED_NOTE);
  const recordings = usedRecordings(input);
  const id = planId({
    snapshot: snapshot.id,
    rights: rightsId,
    recordings: recordings?.id ?? null,
    policy,
    budgetBytes,
  });
  return await withCountedCatalogue({ ...input, policy }, async (counted) => {
    const choice = await chooseWithin(counted, budgetBytes);
    warnOfTinyBudget(choice, budgetBytes, policy, reporter);
    const isNew = (await findPlan(archive, id)) === null;
    const plan = { id, policy, ...factsOf(input, counted, choice) };
    const isWritten = isNew && !dryRun;
    const decided = isWritten
      ? await writePlan(input, plan, counted, choice)
      : await decideOnly(input, counted, choice);
    if (!dryRun && (await currentPlanId(archive)) !== id) {
      await writePointer(archive.layout.plans, id);
    }
    const { id: _, policy: __, ...facts } = plan;
    const leftOut = await describeLeftOut(counted.session.database, decided.leftOut);
    return { plan: id, created: isWritten, ...facts, ...totalTallies(decided.tallies), leftOut };
  });
}

/** Opens the snapshot, counts all steps, and closes it after `work`. */
export async function withCountedCatalogue<T>(
  input: Pick<PlanInput, "archive" | "reporter" | "signal" | "snapshot" | "gates" | "recordings" | "policy">,
  work: (counted: CountedCatalogue) => Promise<T>,
): Promise<T> {
  const { archive, reporter, signal, snapshot, gates, policy } = input;
  const spillFolder = join(archive.layout.scratch, `plan-${process.pid}`);
  await ensureFolder(archive.layout.scratch);
  const catalogue = await openPlanningCatalogue(snapshot, { spillFolder });
  try {
    const tracks = snapshot.tables.track.rows;
    const recordings = usedRecordings(input);
    const sounds = recordings && recordingsQuery(recordings);
    return await work(await countSteps(catalogue, policy, { reporter, signal, gates, sounds, tracks }));
  } finally {
    catalogue.database.close();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

/** Null when the policy keeps all that sound the same: then it makes no difference to the plan. */
function usedRecordings({ recordings, policy }: Pick<PlanInput, "recordings" | "policy">): Recordings | null {
  const { duplicates, sameSound } = policy.selection;
  return duplicates === "keep-all" || sameSound === "keep-all" ? null : (recordings ?? null);
}

export function requireBudget(budgetBytes: number | null): void {
  if (budgetBytes === null || (Number.isSafeInteger(budgetBytes) && budgetBytes >= 0)) return;
  throw new UsageError(`${budgetBytes} is not a budget in bytes`);
}

const ASSUMED_NOTE =
  "the catalogue is generated and holds no files: sizes are what files of 160 kbps would take (selection.assumeHoldings of the policy)";

type Facts = Omit<
  PlanDocument,
  "format" | "created" | "program" | "tables" | "id" | "policy" | "totals" | "gates" | "reasons" | "assumed"
>;

function factsOf(
  { snapshot, rightsId, recordings, policy, budgetBytes }: PlanInput,
  { session, curve }: CountedCatalogue,
  { threshold, shards, value }: Choice,
): Facts {
  const { bucket, track, sums } = threshold;
  return {
    snapshot: snapshot.id,
    rights: rightsId,
    recordings: usedRecordings({ recordings: recordings ?? null, policy })?.id ?? null,
    budgetBytes,
    shards,
    value,
    threshold: sums === curve.whole ? null : { bucket, track: String(track) },
    bucketsPerOctave: session.bucketsPerOctave,
    curve: curve.points(CURVE_POINTS).map(({ bytes, value }) => ({ bytes, value: withoutNoise(value) })),
  };
}

/** A budget below one piece keeps nothing, however small the tracks are: say so. */
function warnOfTinyBudget(
  { shards, value }: Choice,
  budgetBytes: number | null,
  policy: Policy,
  reporter: Reporter,
): void {
  const leastBytes = sealedBytes(0, policy.packing);
  if (budgetBytes === null || shards.count > 0 || value.whole === 0) return;
  reporter.warn(
    budgetBytes < leastBytes
      ? `nothing fits: a shard takes at least one piece of ${formatSize(leastBytes)}, the budget is ${formatSize(budgetBytes)} (packing.pieceLengthBytes of the policy)`
      : `nothing fits: the budget of ${formatSize(budgetBytes)} is less than the smallest track takes`,
  );
}

async function decideOnly(
  { reporter, signal, budgetBytes }: PlanInput,
  { session }: CountedCatalogue,
  { threshold }: Choice,
): Promise<WrittenDispositions> {
  const progress = reporter.progress("deciding", "items", session.catalogue.ranges.length);
  const hasBudget = budgetBytes !== null;
  const decided = await writeDispositions(session, threshold, {
    folder: null,
    hasBudget,
    signal,
    progress,
  });
  progress.finish();
  return decided;
}

async function writePlan(
  { archive, reporter, signal, budgetBytes, clock = systemClock }: PlanInput,
  plan: Facts & { readonly id: string; readonly policy: Policy },
  { session, curve }: CountedCatalogue,
  { threshold }: Choice,
): Promise<WrittenDispositions> {
  const { plans } = archive.layout;
  await removeUnfinished(plans);
  const folder = join(plans, `${TEMPORARY_PREFIX}${plan.id}`);
  const progress = reporter.progress("deciding", "items", session.catalogue.ranges.length);
  try {
    await mkdir(folder);
    const hasBudget = budgetBytes !== null;
    const written = await writeDispositions(session, threshold, { folder, hasBudget, signal, progress });
    progress.finish();
    await writeCurve(session.database, curve, join(folder, "curve.parquet"));
    const document: PlanDocument = {
      format: "deadwax-plan/2",
      created: isoSeconds(clock.now()),
      program: `deadwax ${DEADWAX_VERSION}`,
      ...plan,
      ...totalTallies(written.tallies),
      tables: {
        "curve.parquet": {
          rows: curve.buckets.length + 1,
          sizeBytes: (await stat(join(folder, "curve.parquet"))).size,
          sha256: await fileSha256(join(folder, "curve.parquet")),
        },
        dispositions: [...written.files],
      },
    };
    await writeFile(join(folder, "plan.json"), `${JSON.stringify(document, null, 2)}\n`);
    const files = [...written.files.map(({ file }) => file), "curve.parquet", "plan.json"];
    await publishFolder(folder, join(plans, plan.id), files);
    const tracks = written.files.reduce((sum, { rows }) => sum + rows, 0);
    await appendEvents(archive.layout, clock, [
      {
        eventType: "policy assignment",
        outcome: "success",
        object: `plan ${plan.id}`,
        detail: `${tracks} tracks of snapshot ${plan.snapshot}`,
      },
    ]);
    return written;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explainSystemError(error, `writing the plan "${plan.id}"`);
  }
}

/** What a killed run left: nobody else writes here, the caller holds the lock. */
async function removeUnfinished(plans: string): Promise<void> {
  await ensureFolder(plans);
  for (const name of await readdir(plans)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(plans, name), { recursive: true, force: true });
  }
}
