import type { VerifyReport } from "../../audit/index.ts";
import { buildCatalogue, type CatalogueSummary } from "../../catalogue/index.ts";
import type { Archive } from "../../core/archive.ts";
import { RightsRefusedError } from "../../core/errors.ts";
import { listShards, type PackSummary, packPlan } from "../../packing/index.ts";
import type { ReleaseSummary } from "../../release/index.ts";
import { ensureRights, type RightsSummary } from "../../rights/index.ts";
import { makePlan, type PlanSummary } from "../../selection/index.ts";
import { type AudioSourceSummary, addAudioSource, addPlaysSource } from "../../sources/index.ts";
import type { CommandContext } from "../context.ts";
import { releaseArchive } from "../release-archive.ts";
import { verifyReleaseHere } from "../verify-release-here.ts";
import { runStep } from "./steps.ts";

export interface PreserveWishes {
  /** Absolute. */
  readonly folders: readonly string[];
  readonly playsFile: string | undefined;
  readonly budgetBytes: number | undefined;
  readonly releaseName: string | undefined;
  /** Shows the plan and asks whether to go on; called once. */
  readonly agree: (plan: PlanSummary) => Promise<boolean>;
}

/** What was decided, before anything large is written. */
export interface Preparation {
  readonly intake: AudioSourceSummary;
  readonly catalogue: CatalogueSummary;
  readonly rights: RightsSummary;
  readonly plan: PlanSummary;
}

export interface Preservation extends Preparation {
  /** Null when the person did not agree to the plan. */
  readonly pack: PackSummary | null;
  /** Null when no track may be released, or nothing was packed. */
  readonly release: ReleaseSummary | null;
  /** Why there is no release. */
  readonly notReleased: string | null;
  readonly verified: VerifyReport | null;
}

/** Intake, catalogue, rights and plan. */
export async function prepare(
  context: CommandContext,
  archive: Archive,
  wishes: PreserveWishes,
): Promise<Preparation> {
  const stage = context.stageOptions(archive);
  const intake = await runStep(context, "intake", async () => {
    const summary = await addAudioSource({ ...stage, folders: wishes.folders });
    if (wishes.playsFile !== undefined) await addPlaysSource({ ...stage, file: wishes.playsFile });
    return summary;
  });
  const catalogue = await runStep(context, "catalogue", () => buildCatalogue(stage));
  const rights = await runStep(context, "rights", () => ensureRights(stage));
  const plan = await runStep(context, "plan", () => makePlan({ ...stage, budgetBytes: wishes.budgetBytes }));
  return { intake, catalogue, rights, plan };
}

/** All of it in order; the caller holds the lock. */
export async function preserve(
  context: CommandContext,
  archive: Archive,
  wishes: PreserveWishes,
): Promise<Preservation> {
  const prepared = await prepare(context, archive, wishes);
  const nothing = { pack: null, release: null, notReleased: null, verified: null };
  if (!(await wishes.agree(prepared.plan))) return { ...prepared, ...nothing };
  const pack = await runStep(context, "pack", () => packPlan(context.stageOptions(archive)));
  const outcome = await runStep(context, "release", () => releaseOrReason(context, archive, wishes));
  if (outcome.release === null) return { ...prepared, ...nothing, pack, notReleased: outcome.notReleased };
  const { folder } = outcome.release;
  const verified = await runStep(context, "verify", () =>
    verifyReleaseHere(context, { path: folder, decode: true, expectedDid: archive.config.did }),
  );
  return { ...prepared, pack, ...outcome, verified };
}

/** An archive of which nothing may, or can, be released is a good archive all the same. */
async function releaseOrReason(
  context: CommandContext,
  archive: Archive,
  { releaseName }: PreserveWishes,
): Promise<{ readonly release: ReleaseSummary | null; readonly notReleased: string | null }> {
  if ((await listShards(archive)).length === 0) {
    return { release: null, notReleased: "no track was packed: the budget keeps none, or all are damaged" };
  }
  const wishes = { name: releaseName, webSeeds: [], announce: [], dryRun: false };
  try {
    return { release: await releaseArchive(context, archive, wishes), notReleased: null };
  } catch (error) {
    if (!(error instanceof RightsRefusedError)) throw error;
    return { release: null, notReleased: error.message };
  }
}
