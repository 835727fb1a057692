import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  type Archive,
  Database,
  FailedError,
  type Policy,
  parseJson,
  policySchema,
  sqlText,
  systemErrorCode,
  type TableSchema,
} from "../core/index.ts";
import { DISPOSITIONS, type Disposition, type GateSide, REASONS, type Reason } from "./disposition.ts";

const MAX_PLAN_BYTES = 1 << 22;
const PLAN_ID = /^p-[0-9a-f]{12}$/;

const amountSchema = z.strictObject({ tracks: z.int().min(0), bytes: z.int().min(0) });

/** `plans/<id>/plan.json`; the bytes are estimates made before packing. */
export const planDocumentSchema = z.strictObject({
  format: z.literal("deadwax-plan/1"),
  id: z.string().regex(PLAN_ID),
  created: z.iso.datetime(),
  program: z.string(),
  snapshot: z.string(),
  rights: z.string(),
  policy: policySchema,
  budgetBytes: z.int().min(0).nullable(),
  totals: z.strictObject({
    original: amountSchema,
    "access-copy": amountSchema,
    "metadata-only": amountSchema,
  }),
  gates: z.strictObject({ open: amountSchema, dark: amountSchema }),
  reasons: z.partialRecord(z.enum(reasonNames()), z.int().min(1)),
  shards: z.strictObject({ count: z.int().min(0), bytes: z.int().min(0) }),
  value: z.strictObject({ kept: z.number(), whole: z.number() }),
  curve: z.array(z.strictObject({ bytes: z.int().min(0), value: z.number() })),
  tables: z.strictObject({
    "dispositions.parquet": z.strictObject({
      rows: z.int().min(0),
      sizeBytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  }),
});

export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** A plan on disk. */
export interface Plan {
  readonly id: string;
  readonly folder: string;
  readonly dispositionsFile: string;
  readonly policy: Policy;
  readonly document: PlanDocument;
}

/** Columns of `dispositions.parquet`: see `docs/formats/plan.md`. */
export const DISPOSITION_COLUMNS = {
  track_id: "UBIGINT",
  disposition: "VARCHAR",
  reason: "VARCHAR",
  bytes_estimated: "BIGINT",
  original_bytes: "BIGINT",
  access_copy_bytes: "BIGINT",
  value: "DOUBLE",
  popularity: "DOUBLE",
  gate: "VARCHAR",
  pack_order: "BIGINT",
  duration_ms: "BIGINT",
  duration_basis: "VARCHAR",
} as const satisfies TableSchema;

export interface DispositionRow {
  readonly trackId: bigint;
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly estimatedBytes: number;
  readonly originalBytes: number | null;
  readonly accessCopyBytes: number | null;
  readonly value: number;
  readonly popularity: number | null;
  readonly gate: GateSide;
  /** Place among the tracks to pack on its side of the gate, from 1; null for metadata only. */
  readonly packOrder: number | null;
  readonly durationMs: number | null;
}

/** What `plans/CURRENT` says, or null when there is none or it holds something else. */
export async function currentPlanId(archive: Archive): Promise<string | null> {
  try {
    const id = (await readFile(currentPlanFile(archive), "utf8")).trim();
    return PLAN_ID.test(id) ? id : null;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
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
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
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
    dispositionsFile: join(folder, "dispositions.parquet"),
    policy: parsed.data.policy,
    document: parsed.data,
  };
}

/** Where the name of the current plan stands. */
export function currentPlanFile(archive: Archive): string {
  return join(archive.layout.plans, "CURRENT");
}

/** Every row of the plan by track id, as a stream. */
export async function* readDispositions(plan: Plan): AsyncGenerator<DispositionRow> {
  const database = await Database.open({ threads: 1, memoryLimit: "256MB" });
  try {
    const query = `select * from read_parquet(${sqlText(plan.dispositionsFile)}) order by track_id`;
    for await (const row of database.stream(query)) yield parseDispositionRow(row);
  } finally {
    database.close();
  }
}

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number);

const rowSchema = z.object({
  track_id: z.bigint(),
  disposition: z.enum(DISPOSITIONS),
  reason: z.enum(reasonNames()),
  bytes_estimated: wholeNumber,
  original_bytes: wholeNumber.nullable(),
  access_copy_bytes: wholeNumber.nullable(),
  value: z.number(),
  popularity: z.number().nullable(),
  gate: z.enum(["open", "dark"]),
  pack_order: wholeNumber.nullable(),
  duration_ms: wholeNumber.nullable(),
});

/** A row of `dispositions.parquet`. Throws `FailedError` when the table is not what the format says. */
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
    estimatedBytes: data.bytes_estimated,
    originalBytes: data.original_bytes,
    accessCopyBytes: data.access_copy_bytes,
    value: data.value,
    popularity: data.popularity,
    gate: data.gate,
    packOrder: data.pack_order,
    durationMs: data.duration_ms,
  };
}

function reasonNames(): Reason[] {
  return Object.keys(REASONS).filter((name): name is Reason => name in REASONS);
}
