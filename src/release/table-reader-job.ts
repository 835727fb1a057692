import { z } from "zod";

/** What the parent asks the child that reads `tracks.parquet`. */
export const tableJobSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("summary"), path: z.string() }),
  z.object({
    kind: z.literal("find"),
    path: z.string(),
    trackId: z.bigint().nullable(),
    isrc: z.string().nullable(),
    words: z.array(z.string()),
    maxRows: z.int(),
  }),
  z.object({ kind: z.literal("shard"), path: z.string(), shard: z.string(), maxRows: z.int() }),
]);
export type TableJob = z.infer<typeof tableJobSchema>;

const summarySchema = z.object({
  kind: z.literal("summary"),
  states: z.object({ released: z.int(), metadataOnly: z.int(), withheld: z.int(), other: z.int() }),
  duplicateIds: z.int(),
  shards: z.array(z.object({ shard: z.string().nullable(), tracks: z.int() })),
  licences: z.array(z.object({ licence: z.string().nullable(), tracks: z.int() })),
  withheld: z.array(z.object({ reason: z.string().nullable(), tracks: z.int() })),
  /** Rows that are not released and have a shard or a place in one. */
  strayRows: z.int(),
});

const rowsSchema = z.object({ kind: z.literal("rows"), rows: z.array(z.record(z.string(), z.unknown())) });

/** The table says something that no reader should go on with. */
const refusalSchema = z.object({ kind: z.literal("refused"), reason: z.string() });

export const tableAnswerSchema = z.discriminatedUnion("kind", [summarySchema, rowsSchema, refusalSchema]);
export type TableAnswer = z.infer<typeof tableAnswerSchema>;
export type TableSummary = z.infer<typeof summarySchema>;
