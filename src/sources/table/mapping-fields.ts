import type { Mapping } from "./mapping.ts";

export const CREDIT_FIELDS = [
  "artist",
  "composer",
  "lyricist",
  "conductor",
  "arranger",
  "remixer",
  "performer",
  "producer",
] as const;

export const FEATURE_NAMES = [
  "danceability",
  "energy",
  "loudness_db",
  "speechiness",
  "acousticness",
  "instrumentalness",
  "liveness",
  "valence",
  "tempo_bpm",
  "key",
  "mode",
  "time_signature",
] as const;

/** What a column can be mapped to. */
export const FIELDS = [
  "key",
  "title",
  "artist_credit",
  ...CREDIT_FIELDS,
  "duration",
  "isrc",
  "mbid-recording",
  "disc_no",
  "track_no",
  "explicit",
  "language",
  "genre",
  "plays",
  "market_count",
  "licence",
  "url",
  "release_key",
  "release_title",
  "release_artist",
  "release_date",
  "release_type",
  "release_country",
  "mbid-release",
  "barcode",
  "label",
  "catalogue_number",
  ...FEATURE_NAMES.map((name) => `feature:${name}` as const),
] as const;

export type Field = (typeof FIELDS)[number];

export const DURATION_UNITS = ["ms", "s", "m:ss"] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** The columns that are mapped to `field`, in the order of the mapping. */
export function columnsOf(
  mapping: Mapping,
  field: Field,
): { readonly name: string; readonly separator: string | null }[] {
  return Object.entries(mapping.columns)
    .filter(([, column]) => column.field === field)
    .map(([name, { separator = null }]) => ({ name, separator }));
}

/** Whether a column is mapped to one of the fields. */
export function mapsAny(mapping: Mapping, ...fields: readonly Field[]): boolean {
  return fields.some((field) => columnsOf(mapping, field).length > 0);
}
