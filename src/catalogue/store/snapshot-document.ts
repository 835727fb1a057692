import { z } from "zod";
import { TABLE_NAMES, type TableName } from "./tables.ts";

export const SNAPSHOT_FORMAT = "deadwax-snapshot/2";
export const SNAPSHOT_ID: RegExp = /^s-[0-9a-f]{12}$/;

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Paths in a snapshot stand in its folder, one folder deep at most. */
const file = z.string().regex(/^[a-z_]+\/[0-9]+(-[0-9]+)?\.parquet$/);

export const segmentSchema = z.strictObject({
  /** Relative to the folder of the snapshot. */
  file,
  generation: count,
  rows: count,
  sizeBytes: count,
  sha256,
  /** The bounds of the first and the last row, see `TableDefinition.bound`; null without rows. */
  first: z.string().nullable(),
  last: z.string().nullable(),
});

/** One immutable Parquet file of a table. */
export type SegmentDescription = z.infer<typeof segmentSchema>;

const replacedSchema = z.strictObject({ generation: count, file, rows: count, sha256 });

/** The entities whose rows in earlier generations are void. */
export type ReplacedDescription = z.infer<typeof replacedSchema>;

const tableSchema = z.strictObject({ rows: count, sizeBytes: count, segments: z.array(segmentSchema) });

/** Snapshots from before there was the table do not name it. */
function withLaterTables(tables: unknown): unknown {
  const none = { rows: 0, sizeBytes: 0, segments: [] };
  return typeof tables === "object" ? { replay_gain: none, ...tables } : tables;
}

/** What a person should look at: facts that the catalogue holds but does not use. */
const flaggedSchema = z.strictObject({
  /** Identifiers that are malformed, by scheme. */
  malformedIdentifiers: z.record(z.string(), count),
  titlesFromFileNames: count,
  tracksWithoutArtist: count,
  /** Files left out because another file has the same 64-bit id, and names that share one. */
  idCollisions: count,
  plays: z.strictObject({ rows: count, matched: count, ambiguous: count, unmatched: count }),
  /** Rows of the table `conflict`, by kind. */
  conflicts: z.record(z.string(), count),
});

export type Flagged = z.infer<typeof flaggedSchema>;

export const NOTHING_FLAGGED: Flagged = {
  malformedIdentifiers: {},
  titlesFromFileNames: 0,
  tracksWithoutArtist: 0,
  idCollisions: 0,
  plays: { rows: 0, matched: 0, ambiguous: 0, unmatched: 0 },
  conflicts: {},
};

export const snapshotSchema = z.strictObject({
  format: z.literal(SNAPSHOT_FORMAT),
  id: z.string().regex(SNAPSHOT_ID),
  builder: z.string(),
  program: z.string(),
  created: z.string(),
  /** The snapshot whose segments this one goes on from; null for a full build. */
  parent: z.string().regex(SNAPSHOT_ID).nullable(),
  accessions: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      source: z.string(),
      root: z.string(),
      started: z.string(),
    }),
  ),
  /** What a generated catalogue was generated from; null for one of facts. */
  synthetic: z.strictObject({ tracks: count, seed: count }).nullable(),
  nextAlbumNo: z.int().positive(),
  nextArtistNo: z.int().positive(),
  tables: z.preprocess(withLaterTables, z.record(z.enum(TABLE_NAMES), tableSchema)),
  replaced: z.array(replacedSchema),
  flagged: flaggedSchema,
});

/** `snapshot.json`: see `docs/formats/snapshot.md`. */
export type SnapshotDescription = z.infer<typeof snapshotSchema>;
export type SnapshotTables = SnapshotDescription["tables"];
export type TableRows = { readonly [table in TableName]: number };

/** The tables of a snapshot from the segments that were written; rows count what is live. */
export function describeTables(
  segments: { readonly [table in TableName]?: readonly SegmentDescription[] },
  liveRows: { readonly [table in TableName]?: number } = {},
): SnapshotTables {
  const entries = TABLE_NAMES.map((table) => {
    const list = segments[table] ?? [];
    const rows = liveRows[table] ?? sum(list.map(({ rows }) => rows));
    return [table, { rows, sizeBytes: sum(list.map(({ sizeBytes }) => sizeBytes)), segments: [...list] }];
  });
  return snapshotSchema.shape.tables.parse(Object.fromEntries(entries));
}

export function rowsByTable({ tables }: Pick<SnapshotDescription, "tables">): TableRows {
  const rows = z.record(z.enum(TABLE_NAMES), count);
  return rows.parse(Object.fromEntries(TABLE_NAMES.map((table) => [table, tables[table].rows])));
}

/** The newest generation that has a segment or replaces something. */
export function newestGeneration({
  tables,
  replaced,
}: Pick<SnapshotDescription, "tables" | "replaced">): number {
  const generations = TABLE_NAMES.flatMap((table) =>
    tables[table].segments.map((segment) => segment.generation),
  );
  return Math.max(0, ...generations, ...replaced.map(({ generation }) => generation));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
