import { join } from "node:path";
import { z } from "zod";
import {
  liveRowsQuery,
  readRecordings,
  readSnapshot,
  recordingsQuery,
  type Snapshot,
  segmentsWithKey,
} from "../catalogue/index.ts";
import { type Archive, FailedError } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import type { Tier } from "./disposition.ts";
import { openPlanningCatalogue } from "./engine/planning-catalogue.ts";
import { PlanningSession } from "./engine/planning-session.ts";
import { addSums, NOTHING, type StepCurve, shardsOf } from "./engine/step-curve.ts";
import { readPlanCurve } from "./plan-curve.ts";
import { type DispositionRow, dispositionsQuery, type Plan, parseDispositionRow } from "./plan-store.ts";

/** One step up: what it costs, what it gives, and from which budget on it is taken. */
export interface ExplainedStep {
  readonly tier: Tier;
  readonly bytes: number;
  /** Expected listens. */
  readonly value: number;
  /** Listens for each further MB. */
  readonly valuePerMb: number;
  /** Of sealed shards, the bucket of the step whole. */
  readonly budgetBytes: number;
  readonly isTaken: boolean;
}

export interface Explanation {
  readonly plan: string;
  readonly track_id: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly popularity: number | null;
  readonly plays: number | null;
  readonly decision: DispositionRow;
  /** Listens expected of the original, rarity counted in. */
  readonly value: number;
  readonly durationMs: number | null;
  readonly steps: readonly ExplainedStep[];
  /** Listens for each further MB at which the walk ended; null without a threshold or under another rule. */
  readonly thresholdPerMb: number | null;
  /** The tracks that stand for it: kept, with one of its ISRCs, resolved to the same recording, or of the same sound. */
  readonly keptInstead: readonly KeptTrack[];
}

export interface KeptTrack {
  readonly track_id: string;
  readonly title: string | null;
  readonly because: "isrc" | "recording" | "sound";
  /** Share of equal bits of the fingerprints (0–1), when the two were compared with each other. */
  readonly similarity: number | null;
}

const number = z.union([z.bigint(), z.number()]).transform(Number);
const offerRow = z.object({
  title: z.string().nullable(),
  artist: z.string().nullable(),
  popularity: z.number().nullable(),
  plays: number.nullable(),
  duration_ms: number.nullable(),
  value: z.number(),
  copy_first: z.boolean(),
  first_blocks: z.number().nullable(),
  first_value: z.number(),
  first_bucket: z.number().nullable(),
  second_blocks: z.number().nullable(),
  second_value: z.number().nullable(),
  second_bucket: z.number().nullable(),
});

/** Why a plan decides as it does for one track. Throws `FailedError` when the plan or its snapshot does not have it. */
export async function explainTrack(archive: Archive, plan: Plan, trackId: bigint): Promise<Explanation> {
  const snapshot = await readSnapshot(archive, plan.document.snapshot);
  if (!snapshot) {
    throw new FailedError(`the snapshot ${plan.document.snapshot} of the plan is gone`, {
      hint: "plan anew: deadwax plan",
    });
  }
  const catalogue = await openPlanningCatalogue(snapshot, {
    spillFolder: join(archive.layout.scratch, "explain"),
  });
  const { database } = catalogue;
  try {
    const [found] = await database.rows(
      `${filesWith(plan, snapshot, trackId)} where track_id = ${trackId}::ubigint`,
    );
    if (!found)
      throw new FailedError(`the plan ${plan.id} does not have the track ${trackIdFromBigInt(trackId)}`);
    const decision = parseDispositionRow(found);
    const tracks = snapshot.tables.track.rows;
    const session = await PlanningSession.open(
      { ...catalogue, ranges: [{ first: trackId, last: trackId, query: trackQuery(snapshot, trackId) }] },
      plan.policy,
      { gates: "select 0::ubigint as track_id, false as disseminate, false as derive where false", tracks },
    );
    const [row] = await session.database.rows(`
      select t.title, t.artist_credit as artist, t.popularity, t.plays, coalesce(h.duration_ms, t.duration_ms) as duration_ms, o.value,
        o.copy_first, o.first_blocks, o.first_value, o.first_bucket, o.second_blocks, o.second_value, o.second_bucket
      from offer o join track_range t using (track_id) left join held h using (track_id)`);
    const offer = offerRow.parse(row);
    const curve = await readPlanCurve(plan);
    return {
      plan: plan.id,
      track_id: trackIdFromBigInt(trackId),
      title: offer.title,
      artist: offer.artist,
      popularity: offer.popularity,
      plays: offer.plays,
      decision,
      value: offer.value,
      durationMs: offer.duration_ms,
      steps: explainSteps(offer, curve, plan, decision),
      thresholdPerMb: thresholdPerMb(plan),
      keptInstead: decision.reason.startsWith("duplicate")
        ? await keptInstead(archive, session, plan, trackId)
        : [],
    };
  } finally {
    database.close();
  }
}

function trackQuery(snapshot: Snapshot, trackId: bigint): string {
  const segments = segmentsWithKey("track", snapshot.tables.track.segments, String(trackId));
  const rows = liveRowsQuery(snapshot, "track", "segment_replaced", segments);
  return `from (${rows}) where track_id = ${trackId}::ubigint`;
}

/** The files of a plan are cut as the tracks of a snapshot of one generation are. */
function filesWith(plan: Plan, snapshot: Snapshot, trackId: bigint): string {
  const at = snapshot.tables.track.segments.findIndex(({ last }) => BigInt(last ?? "0") >= trackId);
  const file = plan.dispositionFiles[at];
  const isAlike =
    snapshot.replaced.length === 0 && plan.dispositionFiles.length === snapshot.tables.track.segments.length;
  const dispositionFiles = isAlike && file !== undefined ? [file] : plan.dispositionFiles;
  return `select * from (${dispositionsQuery({ dispositionFiles })})`;
}

function explainSteps(
  offer: z.infer<typeof offerRow>,
  curve: StepCurve,
  plan: Plan,
  { disposition }: DispositionRow,
): readonly ExplainedStep[] {
  const steps: ExplainedStep[] = [];
  const add = (
    tier: Tier,
    blocks: number | null,
    value: number | null,
    bucket: number | null,
    isTaken: boolean,
  ): void => {
    if (blocks === null || value === null || bucket === null) return;
    const bytes = blocks * 512;
    const budgetBytes = budgetOf(curve, plan, bucket);
    steps.push({ tier, bytes, value, valuePerMb: (value / bytes) * 1e6, budgetBytes, isTaken });
  };
  const isKept = disposition !== "metadata-only";
  add(
    offer.copy_first ? "access-copy" : "original",
    offer.first_blocks,
    offer.first_value,
    offer.first_bucket,
    isKept,
  );
  add("original", offer.second_blocks, offer.second_value, offer.second_bucket, disposition === "original");
  return steps;
}

function budgetOf(curve: StepCurve, plan: Plan, bucket: number): number {
  const sums = curve.buckets
    .filter((one) => one.bucket >= bucket)
    .reduce((sum, one) => addSums(sum, one), NOTHING);
  return shardsOf(sums, plan.policy.packing).bytes;
}

function thresholdPerMb({ document, policy }: Plan): number | null {
  if (document.threshold === null || policy.selection.rule !== "listens") return null;
  return (2 ** (document.threshold.bucket / document.bucketsPerOctave) / 512) * 1e6;
}

const keptRow = z.object({
  track_id: z.bigint().transform(trackIdFromBigInt),
  title: z.string().nullable(),
  because: z.enum(["isrc", "recording", "sound"]),
  similarity: z.number().nullable(),
});

async function keptInstead(
  archive: Archive,
  session: PlanningSession,
  plan: Plan,
  trackId: bigint,
): Promise<Explanation["keptInstead"]> {
  const id = `${trackId}::ubigint`;
  const { recordings } = plan.document;
  const sounds =
    recordings === null ? NO_RECORDING : recordingsQuery(await readRecordings(archive, recordings));
  const rows = await session.database.rows(`
    with sound as (${sounds}), own as (from sound where track_id = ${id}), cluster as (
      select coalesce(min(same_as), ${id}) as same_as from segment_resolution where entity = 'track' and id = ${id}
    ), other as (
      select track_id, 'isrc' as because, 1 as place, null::double as similarity from segment_isrc
      where isrc in (select isrc from segment_isrc where track_id = ${id})
      union all
      select unnest([r.id, r.same_as]), 'recording', 2, null from segment_resolution r join cluster using (same_as) where r.entity = 'track'
      union all
      select s.track_id, 'sound', 3, case when own.alike = s.track_id then own.similarity when s.alike = own.track_id then s.similarity end
      from sound s join own using (recording)
    ), nearest as (
      select track_id, arg_min(because, place) as because, max(similarity) as similarity from other
      where track_id <> ${id} group by track_id
    )
    select n.track_id, t.title, n.because, n.similarity
    from nearest n
    join (from segment_track where track_id in (select track_id from nearest)) t using (track_id)
    join (from (${dispositionsQuery(plan)}) where track_id in (select track_id from nearest)) d using (track_id)
    where d.disposition <> 'metadata-only'
    order by n.track_id limit 10`);
  return rows.map((row) => keptRow.parse(row));
}

const NO_RECORDING =
  "select 0::ubigint as track_id, 0::ubigint as recording, 0::ubigint as alike, 0::double as similarity where false";
