import type { TableName } from "../store/tables.ts";

/**
 * A query over one table whose results add up: `<name>.sql` beside this file, written `from segment`, gives group keys and
 * exact integer sums. It runs over each segment when that is written; the sums by key over all segments are the answer
 * for the table. Null sums count as 0.
 */
export interface AggregateDefinition {
  readonly table: TableName;
  /** Columns that say which group a row is; text, whole numbers, booleans or null. */
  readonly keys: readonly string[];
  /** Columns that add up, whole numbers of any size. */
  readonly sums: readonly string[];
  /**
   * True when the query needs the rows as a segment has them, sorted and with the rows of a key together: it is never run
   * over several segments at once.
   */
  readonly bySegment?: true;
}

/** The features whose correlations `feature-moments` gives, in its order. */
export const MOMENT_FEATURES = [
  "danceability",
  "energy",
  "loudness",
  "acousticness",
  "instrumentalness",
  "valence",
  "tempo",
] as const;

const MOMENT_SUMS: readonly string[] = [
  "tracks",
  ...MOMENT_FEATURES.map((feature) => `sum_${feature}`),
  ...MOMENT_FEATURES.flatMap((a, at) => MOMENT_FEATURES.slice(at).map((b) => `${a}_${b}`)),
];

export const AGGREGATES = {
  "tracks-by-popularity": {
    table: "track",
    keys: ["popularity"],
    sums: ["tracks", "counted", "plays", "timed", "duration_ms", "rated", "explicit_tracks"],
  },
  "tracks-by-duration": { table: "track", keys: ["seconds"], sums: ["tracks"] },
  "tracks-by-market": { table: "track", keys: ["markets"], sums: ["tracks", "popular_tracks"] },
  "tracks-by-artists": { table: "track", keys: ["artists"], sums: ["tracks"] },
  "tracks-by-key": { table: "track", keys: ["key", "mode"], sums: ["tracks"] },
  "tracks-by-tempo": { table: "track", keys: ["bpm"], sums: ["tracks"] },
  "feature-pairs": { table: "track", keys: ["pair", "cell"], sums: ["tracks"] },
  "feature-moments": { table: "track", keys: [], sums: MOMENT_SUMS },
  "tracks-per-isrc": { table: "isrc", keys: ["tracks", "popularity"], sums: ["isrcs"], bySegment: true },
  "isrcs-by-accession": { table: "isrc", keys: ["accessions"], sums: ["isrcs"], bySegment: true },
  "albums-per-gtin": {
    table: "identifier",
    keys: ["value", "albums"],
    sums: ["gtins", "rows"],
    bySegment: true,
  },
  "identifiers-by-scheme": { table: "identifier", keys: ["scheme", "entity"], sums: ["valid", "malformed"] },
  "albums-by-year": { table: "album", keys: ["year"], sums: ["albums", "tracks"] },
  "albums-by-size": { table: "album", keys: ["album_type", "tracks"], sums: ["albums"] },
  "artists-by-popularity": { table: "artist", keys: ["popularity"], sums: ["artists", "followers"] },
  "artists-by-genre": { table: "artist_genre", keys: ["genre"], sums: ["artists", "leading"] },
  "tracks-by-genre": { table: "track_genre", keys: ["genre"], sums: ["tracks", "leading"] },
  "credits-by-role": { table: "credit", keys: ["role"], sums: ["credits"] },
  "resolutions-by-evidence": { table: "resolution", keys: ["entity", "evidence"], sums: ["entities"] },
  "conflicts-by-kind": { table: "conflict", keys: ["kind", "scheme"], sums: ["conflicts"] },
  "holdings-by-codec": { table: "holding", keys: ["codec"], sums: ["files", "bytes", "duration_ms"] },
} as const satisfies { readonly [name: string]: AggregateDefinition };

export type AggregateName = keyof typeof AGGREGATES;

export const AGGREGATE_NAMES = Object.keys(AGGREGATES) as readonly AggregateName[];

export function aggregateDefinition(name: AggregateName): AggregateDefinition {
  return AGGREGATES[name];
}

/** The aggregates of a table, in the order of the registry. */
export function aggregatesOf(table: TableName): readonly AggregateName[] {
  return AGGREGATE_NAMES.filter((name) => AGGREGATES[name].table === table);
}
