import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSnapshot, type Snapshot } from "../catalogue/index.ts";
import {
  type Archive,
  appendEvents,
  type Clock,
  Database,
  DEADWAX_VERSION,
  ensureFolder,
  explainSystemError,
  formatSize,
  isoSeconds,
  type Policy,
  publishFolder,
  type Reporter,
  systemClock,
  type TableRow,
  TEMPORARY_PREFIX,
  throwIfAborted,
  UsageError,
  writeFileAtomic,
} from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { type Decisions, decideTracks } from "./decide.ts";
import { planId } from "./plan-id.ts";
import {
  currentPlanFile,
  currentPlanId,
  DISPOSITION_COLUMNS,
  findPlan,
  type PlanDocument,
} from "./plan-store.ts";
import { type LeftOutTrack, mostValuableLeftOut, type PlanSummary, totalDecisions } from "./plan-summary.ts";
import { readCandidates } from "./read-candidates.ts";
import type { SelectionTrack } from "./selection-track.ts";
import { sealedBytes } from "./shard-estimate.ts";

const LEFT_OUT_SHOWN = 20;

/** What planning needs, with its neighbours passed in. */
export interface PlanInput {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly snapshot: Snapshot;
  readonly rightsId: string;
  readonly gatesOf: (trackId: bigint) => SelectionTrack["gates"];
  readonly policy: Policy;
  /** Null: no limit. */
  readonly budgetBytes: number | null;
  /** Decide and add up, write nothing. */
  readonly dryRun: boolean;
}

/** Decides for every track of the snapshot, and makes the result the current plan. */
export async function planWith(input: PlanInput): Promise<PlanSummary> {
  const { archive, reporter, signal, snapshot, rightsId, policy, budgetBytes, dryRun } = input;
  if (budgetBytes !== null && !(Number.isSafeInteger(budgetBytes) && budgetBytes >= 0)) {
    throw new UsageError(`${budgetBytes} is not a budget in bytes`);
  }
  const id = planId({ snapshot: snapshot.id, rights: rightsId, policy, budgetBytes });
  const database = await openSnapshot(snapshot);
  try {
    const tracks = await readCandidates(database, input.gatesOf);
    throwIfAborted(signal);
    const decisions = decideTracks(tracks, policy, budgetBytes);
    warnOfTinyBudget(decisions, budgetBytes, policy, reporter);
    const isNew = (await findPlan(archive, id)) === null;
    const facts = {
      snapshot: snapshot.id,
      rights: rightsId,
      budgetBytes,
      ...totalDecisions(decisions),
      shards: { count: decisions.shards.shards, bytes: decisions.shards.bytes },
      value: { kept: decisions.keptValue, whole: decisions.wholeValue },
      curve: decisions.curve.map(({ bytes, value }) => ({ bytes, value })),
    };
    if (!dryRun) {
      if (isNew) await writePlan(input, { id, policy, ...facts }, tracks, decisions);
      if ((await currentPlanId(archive)) !== id) await writeFileAtomic(currentPlanFile(archive), `${id}\n`);
    }
    const leftOut = await describeLeftOut(database, tracks, decisions);
    return { plan: id, created: isNew && !dryRun, ...facts, leftOut };
  } finally {
    database.close();
  }
}

/** A budget below one piece keeps nothing, however small the tracks are: say so. */
function warnOfTinyBudget(
  { shards, wholeValue }: Decisions,
  budgetBytes: number | null,
  policy: Policy,
  reporter: Reporter,
): void {
  const leastBytes = sealedBytes(0, policy.packing);
  if (budgetBytes === null || shards.shards > 0 || wholeValue === 0) return;
  reporter.warn(
    budgetBytes < leastBytes
      ? `nothing fits: a shard takes at least one piece of ${formatSize(leastBytes)}, the budget is ${formatSize(budgetBytes)} (packing.pieceLengthBytes of the policy)`
      : `nothing fits: the budget of ${formatSize(budgetBytes)} is less than the smallest track takes`,
  );
}

async function writePlan(
  { archive, clock = systemClock }: PlanInput,
  plan: Omit<PlanDocument, "format" | "created" | "program" | "tables">,
  tracks: readonly SelectionTrack[],
  decisions: Decisions,
): Promise<void> {
  const { plans } = archive.layout;
  await removeUnfinished(plans);
  const folder = join(plans, `${TEMPORARY_PREFIX}${plan.id}`);
  const table = "dispositions.parquet";
  try {
    await mkdir(folder);
    await writeDispositions(join(folder, table), tracks, decisions);
    const bytes = await readFile(join(folder, table));
    const document: PlanDocument = {
      format: "deadwax-plan/1",
      created: isoSeconds(clock.now()),
      program: `deadwax ${DEADWAX_VERSION}`,
      ...plan,
      tables: {
        [table]: {
          rows: tracks.length,
          sizeBytes: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
        },
      },
    };
    await writeFile(join(folder, "plan.json"), `${JSON.stringify(document, null, 2)}\n`);
    await publishFolder(folder, join(plans, plan.id), [table, "plan.json"]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explainSystemError(error, `writing the plan "${plan.id}"`);
  }
  await appendEvents(archive.layout, clock, [
    {
      eventType: "policy assignment",
      outcome: "success",
      object: `plan ${plan.id}`,
      detail: `${tracks.length} tracks of snapshot ${plan.snapshot}`,
    },
  ]);
}

async function writeDispositions(
  path: string,
  tracks: readonly SelectionTrack[],
  decisions: Decisions,
): Promise<void> {
  const database = await Database.open();
  try {
    await database.insert("decision", DISPOSITION_COLUMNS, dispositionRows(tracks, decisions));
    // Most popular first; a track whose popularity nobody knows comes after those known to be unpopular.
    await database.writeParquet(
      `select * replace (
         case when disposition <> 'metadata-only' then row_number() over (
           partition by gate, disposition = 'metadata-only' order by popularity desc nulls last, track_id
         ) end as pack_order
       ) from decision order by track_id`,
      path,
    );
  } finally {
    database.close();
  }
}

function* dispositionRows(tracks: readonly SelectionTrack[], { decisions }: Decisions): Generator<TableRow> {
  for (const [index, track] of tracks.entries()) {
    const decision = decisions[index];
    if (!decision) return;
    yield {
      track_id: track.trackId,
      disposition: decision.disposition,
      reason: decision.reason,
      bytes_estimated: decision.estimatedBytes,
      original_bytes: decision.originalBytes,
      access_copy_bytes: decision.accessCopyBytes,
      value: decision.value,
      popularity: track.popularity,
      gate: decision.gate,
      pack_order: null,
      duration_ms: decision.durationMs,
      duration_basis: decision.durationBasis,
    };
  }
}

/** What a killed run left: nobody else writes here, the caller holds the lock. */
async function removeUnfinished(plans: string): Promise<void> {
  await ensureFolder(plans);
  for (const name of await readdir(plans)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(plans, name), { recursive: true, force: true });
  }
}

async function describeLeftOut(
  database: Database,
  tracks: readonly SelectionTrack[],
  decisions: Decisions,
): Promise<readonly LeftOutTrack[]> {
  const indices = mostValuableLeftOut(decisions, LEFT_OUT_SHOWN);
  const ids = indices.flatMap((index) => tracks[index]?.trackId ?? []);
  if (ids.length === 0) return [];
  const rows = await database.rows(
    `select track_id, title, artist_credit from track where track_id in (${ids.join(", ")})`,
  );
  const named = new Map(rows.map((row) => [row.track_id, row]));
  return indices.flatMap((index): LeftOutTrack[] => {
    const decision = decisions.decisions[index];
    if (!decision) return [];
    const row = named.get(decision.trackId);
    return [
      {
        track_id: trackIdFromBigInt(decision.trackId),
        title: textOrNull(row?.title),
        artist: textOrNull(row?.artist_credit),
        reason: decision.reason,
      },
    ];
  });
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
