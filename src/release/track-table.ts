import { z } from "zod";
import type { TableSchema } from "../core/database.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { INDEX_COLUMNS, type IndexRow, parseIndexTableRow } from "../packing/index-row.ts";

/**
 * What became of a track: its bytes are in the release; the plan keeps what is known of it and no bytes; or it may not be
 * published, and nothing but its id and the reason is said.
 */
export const TRACK_STATES = ["released", "metadata-only", "withheld"] as const;
export type TrackState = (typeof TRACK_STATES)[number];

const { track_id, ...indexColumns } = INDEX_COLUMNS;

/** Columns of `tracks.parquet`: see `docs/formats/release.md`. */
export const TRACK_TABLE_COLUMNS = {
  track_id,
  /** `track_id` as 13 characters: the name of its entries in the shard. */
  id: "VARCHAR",
  state: "VARCHAR",
  /** Why: of the plan for what is released or metadata only, of the gate for what is withheld. */
  reason: "VARCHAR",
  ...indexColumns,
  attribution: "VARCHAR",
} as const satisfies TableSchema;

/** Longest table that is read: 50 million tracks at the 500 bytes that a row takes at most. */
export const MAX_TRACK_TABLE_BYTES: number = 25_000_000_000;

/** A row of `tracks.parquet` whose track is in the release. */
export interface ReleasedTrack extends IndexRow {
  readonly shard: string;
  readonly attribution: string | null;
}

export type ParsedTrackRow =
  | { readonly ok: true; readonly track: ReleasedTrack }
  | { readonly ok: false; readonly reason: string };

const extraSchema = z.object({
  id: z.string(),
  state: z.literal("released"),
  attribution: z.string().nullable(),
});

/** A row of somebody's `tracks.parquet` that has state `released`. */
export function parseReleasedTrack(row: Readonly<Record<string, unknown>>): ParsedTrackRow {
  const indexed = parseIndexTableRow(row);
  const extra = extraSchema.safeParse(row);
  if (indexed === null || !extra.success) return { ok: false, reason: "a value that its column cannot have" };
  const { trackId } = indexed.row;
  if (extra.data.id !== trackId)
    return { ok: false, reason: `id "${extra.data.id}" beside track_id ${trackId}` };
  return {
    ok: true,
    track: { ...indexed.row, shard: indexed.shard, attribution: extra.data.attribution },
  };
}

/** 13 characters for a `track_id` column. */
export function shownTrackId(value: unknown): string | null {
  return typeof value === "bigint" && value >= 0n && value < 1n << 64n ? trackIdFromBigInt(value) : null;
}
