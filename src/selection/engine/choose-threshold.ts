import { readFile } from "node:fs/promises";
import { z } from "zod";
import { LOWEST_BUCKET, type PlanningSession } from "./planning-session.ts";
import { bucketByRange } from "./read-curve.ts";
import { addSums, type StepCurve, type Sums, shardsOf } from "./step-curve.ts";

/** Where the walk ends: steps of better buckets are taken, of this bucket those of smaller ids, and some beyond. */
export interface Threshold {
  readonly bucket: number;
  readonly track: bigint;
  /** Steps beyond that still fitted, by track: how many of its steps the track takes. */
  readonly extra: ReadonlyMap<bigint, number>;
  /** What is kept. */
  readonly sums: Sums;
}

const number = z.union([z.bigint(), z.number()]).transform(Number);
const stepRow = z.object({
  track_id: z.bigint(),
  rank: number,
  bucket: number,
  first_bucket: number,
  blocks: number,
  value: z.number(),
  original_open: z.boolean(),
  copy_open: z.boolean(),
  copy_first: z.boolean(),
  original_blocks: number,
  copy_blocks: number.nullable(),
});
type Step = z.infer<typeof stepRow>;

/** When less than this share of the budget is left, smaller tracks further down are not looked for. */
const NEGLIGIBLE_SHARE = 1e-6;
/** Steps that are looked at for what is left. */
const MAX_STEPS_BEYOND = 100_000;
const STEPS_PER_BATCH = 20_000;
const BLOCK_BYTES = 512;
const LAST_ID = (1n << 64n) - 1n;

/**
 * Finds where a greedy walk over all steps ends within a budget of sealed bytes: bucket, then stretch, then track. What is
 * left then goes to the next steps that fit.
 */
export async function chooseThreshold(
  session: PlanningSession,
  curve: StepCurve,
  budgetBytes: number | null,
): Promise<Threshold> {
  const crossing = budgetBytes === null ? null : curve.crossing(budgetBytes);
  const bucket = crossing === null ? undefined : curve.buckets[crossing.at];
  if (crossing === null || bucket === undefined || budgetBytes === null) {
    return { bucket: LOWEST_BUCKET, track: 0n, extra: new Map(), sums: curve.whole };
  }
  const sealed = (sums: Sums): number => shardsOf(sums, session.policy.packing).bytes;
  let sums = crossing.before;
  let range = 0;
  for (const part of await bucketByRange(session, bucket.bucket)) {
    const after = addSums(sums, part.sums);
    range = part.range;
    if (sealed(after) > budgetBytes) break;
    sums = after;
  }
  const walk = new Walk(sums, (after) => sealed(after) <= budgetBytes);
  const stretch = session.catalogue.ranges[range];
  if (stretch) await session.useRange(stretch);
  // The first step that does not fit ends the walk: a threshold, which holds for all tracks.
  let end = stretch ? stretch.last + 1n : 0n;
  for await (const step of stepsFrom(
    session,
    bucket.bucket,
    stretch?.first ?? 0n,
    `bucket = ${bucket.bucket}`,
  )) {
    if (walk.take(step)) continue;
    end = step.track_id;
    break;
  }
  // The steps before it follow from the threshold.
  walk.forgetBefore(end);
  const left = budgetBytes - sealed(walk.sums);
  if (left > budgetBytes * NEGLIGIBLE_SHARE) {
    await session.useAll();
    const blocks = Math.ceil((left + 2 * session.policy.packing.pieceLengthBytes) / BLOCK_BYTES);
    for await (const step of stepsFrom(
      session,
      bucket.bucket,
      end,
      `blocks <= ${blocks}`,
      MAX_STEPS_BEYOND,
    )) {
      const firstIsAbove =
        step.first_bucket > bucket.bucket || (step.first_bucket === bucket.bucket && step.track_id < end);
      if (walk.isOpen(step, firstIsAbove)) walk.take(step);
    }
  }
  return { bucket: bucket.bucket, track: end, extra: walk.taken, sums: walk.sums };
}

/** Takes steps one by one as long as they fit. */
class Walk {
  sums: Sums;
  /** How many of its steps a track has taken here. */
  readonly taken = new Map<bigint, number>();
  readonly #fits: (sums: Sums) => boolean;

  constructor(sums: Sums, fits: (sums: Sums) => boolean) {
    this.sums = sums;
    this.#fits = fits;
  }

  take(step: Step): boolean {
    const after = addSums(this.sums, sumsOf(step));
    if (!this.#fits(after)) return false;
    this.sums = after;
    this.taken.set(step.track_id, step.rank + 1);
    return true;
  }

  /** A step is only open to a track that has taken the one before it, and that has not taken the step already. */
  isOpen(step: Step, firstIsAbove: boolean): boolean {
    const taken = this.taken.get(step.track_id) ?? (firstIsAbove ? 1 : 0);
    return taken === step.rank;
  }

  forgetBefore(track: bigint): void {
    for (const id of this.taken.keys()) if (id < track) this.taken.delete(id);
  }
}

/** Steps from a place of the walk on, in its order, a batch in memory at a time. */
async function* stepsFrom(
  { database }: PlanningSession,
  bucket: number,
  track: bigint,
  condition: string,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Step> {
  const query = await readFile(new URL("./steps-in-order.sql", import.meta.url), "utf8");
  const sql = query.replace("CONDITION", condition).replace("MOST", String(STEPS_PER_BATCH));
  let from = { bucket, track, rank: 0 };
  for (let seen = 0; seen < most; ) {
    await database.run(`
      set variable from_bucket = ${from.bucket};
      set variable from_track = ${from.track > LAST_ID ? LAST_ID : from.track}::ubigint;
      set variable from_rank = ${from.track > LAST_ID ? 9 : from.rank}`);
    // On this connection: the variables are its own.
    const steps = (await database.rows(sql)).map((row) => stepRow.parse(row));
    yield* steps;
    const last = steps.at(-1);
    if (!last || steps.length < STEPS_PER_BATCH) return;
    from = { bucket: last.bucket, track: last.track_id, rank: last.rank + 1 };
    seen += steps.length;
  }
}

function sumsOf(step: Step): Sums {
  const copy = step.copy_blocks ?? 0;
  const value = Math.round(step.value * 1e6) / 1e6;
  if (step.rank === 1) {
    return {
      originals: 1,
      copies: -1,
      blocksOpen: (step.original_open ? step.original_blocks : 0) - (step.copy_open ? copy : 0),
      blocksDark: (step.original_open ? 0 : step.original_blocks) - (step.copy_open ? 0 : copy),
      value,
    };
  }
  const isOpen = step.copy_first ? step.copy_open : step.original_open;
  const blocks = step.blocks;
  return {
    originals: step.copy_first ? 0 : 1,
    copies: step.copy_first ? 1 : 0,
    blocksOpen: isOpen ? blocks : 0,
    blocksDark: isOpen ? 0 : blocks,
    value,
  };
}
