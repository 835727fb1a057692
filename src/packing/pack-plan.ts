import { createAudioPool } from "../audio/index.ts";
import { readSnapshot, type Snapshot } from "../catalogue/index.ts";
import { type Archive, type Clock, FailedError, type Reporter } from "../core/index.ts";
import { type Gate, loadGate } from "../rights/index.ts";
import { currentPlan, type Plan } from "../selection/index.ts";
import { audioTools } from "./engine-version.ts";
import { freeBytes } from "./free-space.ts";
import { type PackPreview, previewWork } from "./pack-preview.ts";
import { openCatalogue, type PackSummary, packWith } from "./pack-with.ts";
import { readPlannedTracks, remainingWork } from "./pack-work.ts";
import { readQuarantine } from "./quarantine.ts";
import { countShards, listShards } from "./shard-manifest.ts";
import { trackRights } from "./track-rights.ts";

export interface PackOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Child processes that read, verify, measure and encode. The shards do not depend on how many there are. */
  readonly workers: number;
  /** Measure the true peak too; as the plan's policy says when left out. */
  readonly truePeak?: boolean | undefined;
  /** Begin although the disk seems too small. */
  readonly force?: boolean | undefined;
}

/**
 * Packs the current plan into sealed shards: one read and one decode for each file. Goes on where a run before was stopped
 * or killed; repeated, it does nothing. Bad files are quarantined and counted, and the run goes on.
 * Throws `OutOfSpaceError`, `InterruptedError` (both leave a state to go on from), and `FailedError` when there is no plan
 * or the rights have changed since it was made.
 */
export async function packPlan(options: PackOptions): Promise<PackSummary> {
  const { archive, reporter, signal, clock, workers } = options;
  const { plan, snapshot } = await openPlanned(archive);
  const audio = createAudioPool({
    workers,
    signal,
    onRestart: (jobId, detail) => reporter.warn(`an audio process ended over ${jobId}: ${detail}`),
  });
  try {
    audio.prepare(childrenToPrepare(plan.document, await countShards(archive)));
    const gate = await gateOfPlan(archive, plan, clock);
    return await packWith({
      archive,
      reporter,
      signal,
      clock,
      plan,
      snapshot,
      rightsOf: (trackId, disposition) => trackRights(gate.decide(trackId), disposition),
      rightsId: gate.rightsId,
      runAudio: (job) => audio.run(job),
      workers,
      tools: audioTools(),
      truePeak: options.truePeak,
      force: options.force,
    });
  } finally {
    await audio.close();
  }
}

/** What `packPlan` would do; writes nothing. */
export async function planPack(
  options: Pick<PackOptions, "archive">,
): Promise<PackPreview & { readonly freeBytes: number }> {
  const { archive } = options;
  const { plan, snapshot } = await openPlanned(archive);
  const database = await openCatalogue(snapshot);
  try {
    const planned = await readPlannedTracks(database, plan);
    const work = remainingWork(planned, await listShards(archive), await readQuarantine(plan));
    return { ...previewWork(plan, work), freeBytes: await freeBytes(archive) };
  } finally {
    database.close();
  }
}

/** How many children may have work, as far as it is seen at once: none where as many shards stand as the plan expects. */
export function childrenToPrepare(
  { gates, shards }: Pick<Plan["document"], "gates" | "shards">,
  sealedShards: number,
): number {
  return sealedShards < shards.count ? gates.open.tracks + gates.dark.tracks : 0;
}

async function openPlanned(archive: Archive): Promise<{ readonly plan: Plan; readonly snapshot: Snapshot }> {
  const plan = await currentPlan(archive);
  const snapshot = await readSnapshot(archive, plan.document.snapshot);
  if (snapshot) return { plan, snapshot };
  throw new FailedError(`the snapshot ${plan.document.snapshot} of the plan is gone`, {
    hint: "plan anew: deadwax plan",
  });
}

/** The gate that the plan was made with: sides that have changed since would put tracks into the wrong shards. */
async function gateOfPlan(archive: Archive, plan: Plan, clock: Clock | undefined): Promise<Gate> {
  const gate = await loadGate(archive, clock ? { clock } : {});
  if (gate.rightsId === plan.document.rights) return gate;
  throw new FailedError("the rights or the catalogue have changed since the plan was made", {
    hint: "plan anew, which takes seconds: deadwax plan",
  });
}
