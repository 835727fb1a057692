import { z } from "zod";
import { policySchema } from "../core/policy.ts";
import { type AudioJob, type CheckJob, FEATURE_EXTRAS } from "./types.ts";

/** What the parent process sends. */
export type WorkerJob =
  | { readonly kind: "audio"; readonly job: AudioJob }
  | { readonly kind: "check"; readonly job: CheckJob };

const tagPairs = z.array(z.tuple([z.string(), z.string()]));
const count = z.int().min(0);

const audioJob = z.strictObject({
  jobId: z.string(),
  source: z.strictObject({
    root: z.string(),
    path: z.string(),
    pathB64: z.string().nullable(),
    member: z.string().nullable(),
    memberB64: z.string().nullable(),
  }),
  limits: policySchema.shape.intake,
  spoolDir: z.string(),
  want: z.strictObject({
    accessCopy: z
      .strictObject({
        bitrateKbps: z.number().min(6).max(256),
        complexity: z.int().min(0).max(10),
        receipt: z.boolean(),
        tags: tagPairs,
        provenance: tagPairs,
      })
      .nullable(),
    keepOriginal: z.boolean(),
    truePeak: z.boolean(),
    features: z.boolean(),
    extras: z.array(z.enum(FEATURE_EXTRAS)).optional(),
  }),
  expected: z.strictObject({ sizeBytes: z.number(), durationMs: z.number().nullable() }),
});

const checkJob = z.strictObject({
  jobId: z.string(),
  path: z.string(),
  offsetBytes: count,
  sizeBytes: count,
  ext: z.string(),
  expected: z.strictObject({ durationMs: z.number().nullable() }),
  sampleDigest: z.boolean(),
});

const workerJob = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("audio"), job: audioJob }),
  z.strictObject({ kind: z.literal("check"), job: checkJob }),
]);

export function parseWorkerJob(message: unknown): WorkerJob {
  return workerJob.parse(message);
}
