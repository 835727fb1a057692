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
import { type Step, stepsOf } from "./engine/single-steps.ts";
import { addSums, bytesOf, NOTHING, type StepCurve, shardsOf } from "./engine/step-curve.ts";
import { readStretch } from "./engine/track-columns.ts";
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
const trackRow = z.object({
  title: z.string().nullable(),
  artist: z.string().nullable(),
  popularity: z.number().nullable(),
  plays: number.nullable(),
  duration_ms: number.nullable(),
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
    const range = { first: trackId, last: trackId, query: trackQuery(snapshot, trackId) };
    const session = await PlanningSession.open({ ...catalogue, ranges: [range] }, plan.policy, {
      gates: "select 0::ubigint as track_id, false as disseminate, false as derive where false",
      tracks: snapshot.tables.track.rows,
    });
    const columns = await readStretch(session, range);
    const steps = [...stepsOf(session, columns)];
    const [row] = await session.database.rows(`
      select t.title, t.artist_credit as artist, t.popularity, t.plays, coalesce(h.duration_ms, t.duration_ms) as duration_ms
      from (${range.query}) t left join held h using (track_id)`);
    const track = trackRow.parse(row);
    const curve = await readPlanCurve(plan);
    return {
      plan: plan.id,
      track_id: trackIdFromBigInt(trackId),
      title: track.title,
      artist: track.artist,
      popularity: track.popularity,
      plays: track.plays,
      decision,
      value: columns.values[0] ?? 0,
      durationMs: track.duration_ms,
      steps: explainSteps(steps, curve, plan, decision),
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
  steps: readonly Step[],
  curve: StepCurve,
  plan: Plan,
  { disposition }: DispositionRow,
): readonly ExplainedStep[] {
  return steps.map(({ rank, bucket, sums }) => {
    const bytes = bytesOf(sums);
    return {
      tier: sums.originals > 0 ? "original" : "access-copy",
      bytes,
      value: sums.value,
      valuePerMb: (sums.value / bytes) * 1e6,
      budgetBytes: budgetOf(curve, plan, bucket),
      isTaken: rank === 0 ? disposition !== "metadata-only" : disposition === "original",
    };
  });
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
