import { z } from "zod";
import type { IntakeLimits } from "../zip/zip-directory.ts";

/** A file, or a member of a container, that a child process looks at. Paths are bytes. */
export interface ReadItem {
  readonly root: string;
  readonly path: Uint8Array;
  readonly member: Uint8Array | null;
}

export interface ReadJob {
  readonly items: readonly ReadItem[];
  readonly limits: IntakeLimits;
  /** False when the tag reader has failed on these files before. */
  readonly withTags: boolean;
}

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const count = z.int().min(0);

const stateSchema = z.object({
  sizeBytes: count,
  mtimeNs: z.bigint(),
  inode: z.bigint(),
});

const factsSchema = z.object({
  container: z.string(),
  codec: z.string(),
  sampleRateHz: count.nullable(),
  channels: count.nullable(),
  bitsPerSample: count.nullable(),
  durationMs: count.nullable(),
  durationExact: z.boolean(),
  bitrateKbps: z.number().min(0).nullable(),
});

const outcomeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("audio"),
    state: stateSchema,
    facts: factsSchema,
    tags: z.array(z.object({ key: z.string(), value: z.string(), native: z.string() })),
    /** `tags-unreadable` or `tags-cut`, with what happened. */
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("rejected"),
    /** Null when the file could not even be opened. */
    state: stateSchema.nullable(),
    reason: z.string(),
    detail: z.string(),
  }),
  z.object({
    kind: z.literal("container"),
    state: stateSchema,
    members: z.array(z.object({ name: bytes, sizeBytes: count })),
    refused: z.array(z.object({ name: bytes, sizeBytes: count, reason: z.string(), detail: z.string() })),
  }),
]);

export type ReadOutcome = z.infer<typeof outcomeSchema>;

const resultSchema = z.object({ outcomes: z.array(outcomeSchema) });

/** What a child sent: one outcome for each item of the job, in order. Throws when it is anything else. */
export function parseReadResult(message: unknown): readonly ReadOutcome[] {
  return resultSchema.parse(message).outcomes;
}

const jobSchema = z.object({
  items: z.array(z.object({ root: z.string(), path: bytes, member: bytes.nullable() })),
  limits: z.object({
    maxFileBytes: z.number(),
    maxContainerMembers: z.number(),
    maxMemberBytes: z.number(),
    maxExpansionRatio: z.number(),
  }),
  withTags: z.boolean(),
});

export function parseReadJob(message: unknown): ReadJob {
  return jobSchema.parse(message);
}
