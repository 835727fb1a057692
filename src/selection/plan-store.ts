import { join } from "node:path";
import { z } from "zod";
import { RECORDINGS_ID } from "../catalogue/index.ts";
import {
  type Archive,
  Database,
  FailedError,
  type Policy,
  parseJson,
  policySchema,
  readIfThere,
  readPointer,
  sqlText,
  sqlTextList,
} from "../core/index.ts";
import { DISPOSITIONS, type Disposition, type GateSide, REASON_NAMES, type Reason } from "./disposition.ts";

const MAX_PLAN_BYTES = 1 << 22;
export const PLAN_ID: RegExp = /^p-[0-9a-f]{12}$/;

const amountSchema = z.strictObject({ tracks: z.int().min(0), bytes: z.int().min(0) });

const fileSchema = z.strictObject({
  rows: z.int().min(0),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `plans/<id>/plan.json`; the bytes are estimates made before packing. */
export const planDocumentSchema = z.strictObject({
  format: z.literal("deadwax-plan/2"),
  id: z.string().regex(PLAN_ID),
  created: z.iso.datetime(),
  program: z.string(),
  snapshot: z.string(),
  rights: z.string(),
  /** What was known of tracks that sound the same; null when nothing was, or the policy did not ask. */
  recordings: z.string().regex(RECORDINGS_ID).nullable().default(null),
  policy: policySchema,
  budgetBytes: z.int().min(0).nullable(),
  totals: z.strictObject({
    original: amountSchema,
    "access-copy": amountSchema,
    "metadata-only": amountSchema,
  }),
  gates: z.strictObject({ open: amountSchema, dark: amountSchema }),
  reasons: z.partialRecord(z.enum(REASON_NAMES), z.int().min(1)),
  shards: z.strictObject({ count: z.int().min(0), bytes: z.int().min(0) }),
  value: z.strictObject({ kept: z.number(), bound: z.number().nullable(), whole: z.number() }),
  /** Kept tracks of which no file is held: their sizes are what the policy assumes. */
  assumed: amountSchema,
  threshold: z.strictObject({ bucket: z.int(), track: z.string() }).nullable(),
  bucketsPerOctave: z.int().positive(),
  curve: z.array(z.strictObject({ bytes: z.int().min(0), value: z.number() })),
  tables: z.strictObject({
    "curve.parquet": fileSchema,
    dispositions: z.array(fileSchema.extend({ file: z.string().regex(/^dispositions\/[0-9]+\.parquet$/) })),
  }),
});

export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** A plan on disk. */
export interface Plan {
  readonly id: string;
  readonly folder: string;
  /** By track id. */
  readonly dispositionFiles: readonly string[];
  readonly curveFile: string;
  readonly policy: Policy;
  readonly document: PlanDocument;
}

/** Columns of `dispositions/<n>.parquet`: see `docs/formats/plan.md`. */
export const DISPOSITION_COLUMNS = [
  "track_id",
  "disposition",
  "reason",
  "gate",
  "bytes_estimated",
  "held",
] as const;

export interface DispositionRow {
  readonly trackId: bigint;
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly gate: GateSide;
  readonly estimatedBytes: number;
  /** False: no file is held, sizes are what the policy assumes. */
  readonly held: boolean;
}

/** What `plans/CURRENT` says, or null when there is none or it holds something else. */
export async function currentPlanId(archive: Archive): Promise<string | null> {
  return await readPointer(archive.layout.plans, PLAN_ID);
}

/** The plan that `plans/CURRENT` names, or null when nothing has been planned yet. */
export async function findCurrentPlan(archive: Archive): Promise<Plan | null> {
  const id = await currentPlanId(archive);
  return id === null ? null : openPlan(archive, id);
}

/** The current plan. Throws `FailedError` when nothing has been planned yet. */
export async function currentPlan(archive: Archive): Promise<Plan> {
  const plan = await findCurrentPlan(archive);
  if (plan) return plan;
  throw new FailedError("the archive has no plan yet", { hint: "make one with: deadwax plan" });
}

/** The plan `id`. Throws `FailedError` when it is not there or not valid. */
export async function openPlan(archive: Archive, id: string): Promise<Plan> {
  const plan = PLAN_ID.test(id) ? await findPlan(archive, id) : null;
  if (plan) return plan;
  throw new FailedError(`there is no plan "${id}"`, { hint: "plan anew: deadwax plan" });
}

/** The plan `id`, or null when there is none. Throws `FailedError` when it is not valid. */
export async function findPlan(archive: Archive, id: string): Promise<Plan | null> {
  const folder = join(archive.layout.plans, id);
  const path = join(folder, "plan.json");
  const bytes = await readIfThere(path);
  if (bytes === null) return null;
  const json = parseJson(bytes, MAX_PLAN_BYTES);
  const parsed = json.ok ? planDocumentSchema.safeParse(json.value) : null;
  if (!parsed?.success) {
    const reason = json.ok ? z.prettifyError(parsed?.error ?? new z.ZodError([])) : json.reason;
    throw new FailedError(`"${path}" is not a valid plan: ${reason}`, {
      hint: `delete the folder "${folder}" and plan anew: deadwax plan`,
    });
  }
  return {
    id,
    folder,
    dispositionFiles: parsed.data.tables.dispositions.map(({ file }) => join(folder, file)),
    curveFile: join(folder, "curve.parquet"),
    policy: parsed.data.policy,
    document: parsed.data,
  };
}

/** Every row of the plan by track id, as a stream. */
export async function* readDispositions(plan: Plan): AsyncGenerator<DispositionRow> {
  const database = await Database.open({ threads: 1, memoryLimit: "256MB" });
  try {
    // Each file is sorted, and they follow one another.
    for (const file of plan.dispositionFiles) {
      const query = `select * from read_parquet(${sqlText(file)}, hive_partitioning = false)`;
      for await (const row of database.stream(query)) yield parseDispositionRow(row);
    }
  } finally {
    database.close();
  }
}

/** Selects the rows of a plan. */
export function dispositionsQuery({ dispositionFiles }: Pick<Plan, "dispositionFiles">): string {
  if (dispositionFiles.length === 0) return NO_DISPOSITION;
  return `select * from read_parquet(${sqlTextList(dispositionFiles)}, hive_partitioning = false)`;
}

const NO_DISPOSITION =
  "select 0::ubigint as track_id, '' as disposition, '' as reason, '' as gate, 0 as bytes_estimated, false as held where false";

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number);

const rowSchema = z.object({
  track_id: z.bigint(),
  disposition: z.enum(DISPOSITIONS),
  reason: z.enum(REASON_NAMES),
  gate: z.enum(["open", "dark"]),
  bytes_estimated: wholeNumber,
  held: z.boolean(),
});

/** A row of `dispositions/<n>.parquet`. Throws `FailedError` when the table is not what the format says. */
export function parseDispositionRow(row: Record<string, unknown>): DispositionRow {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) {
    throw new FailedError(`the plan has a row that is not valid: ${z.prettifyError(parsed.error)}`, {
      hint: "plan anew: deadwax plan",
    });
  }
  const { data } = parsed;
  return {
    trackId: data.track_id,
    disposition: data.disposition,
    reason: data.reason,
    gate: data.gate,
    estimatedBytes: data.bytes_estimated,
    held: data.held,
  };
}
