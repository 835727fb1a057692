import type { TableName } from "../src/catalogue/index.ts";

/** The columns that the figures of a report read. */
export const SCANNED_COLUMNS = {
  track: [
    "popularity",
    "plays",
    "duration_ms",
    "explicit",
    "market_count",
    "len(artist_nos)",
    "key",
    "mode",
    "danceability",
    "energy",
    "loudness_db",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo_bpm",
  ],
  isrc: ["isrc", "popularity"],
  identifier: ["scheme", "entity", "value"],
  album: ["release_date", "track_count", "album_type"],
  artist: ["popularity", "followers"],
  artist_genre: ["genre", "position"],
  track_genre: ["genre", "position"],
  credit: ["role"],
  resolution: ["entity", "evidence"],
  conflict: ["kind", "scheme"],
  holding: ["codec", "size_bytes", "duration_ms"],
} as const satisfies { readonly [table in TableName]?: readonly string[] };

const PAIRS = [
  ["energy", "(loudness_db + 32) / 32"],
  ["danceability", "valence"],
  ["acousticness", "instrumentalness"],
  ["speechiness", "liveness"],
] as const;
const MOMENTS = [
  "danceability",
  "energy",
  "loudness_db",
  "acousticness",
  "instrumentalness",
  "valence",
  "tempo_bpm",
];
const products = MOMENTS.flatMap((a, at) =>
  MOMENTS.slice(at).map((b) => `sum(round(${a} * 10) * round(${b} * 10))`),
);

/** The figures of a report as ClickHouse would be asked for them; `TABLE` stands for the files. */
export const CLICKHOUSE_QUERIES: readonly { readonly table: TableName; readonly sql: string }[] = [
  {
    table: "track",
    sql: "select floor(popularity) as p, count(), count(plays), sum(plays), count(duration_ms), sum(duration_ms), count(explicit), countIf(explicit) from TABLE group by p",
  },
  { table: "track", sql: "select intDiv(duration_ms + 500, 1000) as s, count() from TABLE group by s" },
  {
    table: "track",
    sql: "select market_count, count(), countIf(popularity >= 10) from TABLE group by market_count",
  },
  { table: "track", sql: "select length(artist_nos) as n, count() from TABLE group by n" },
  { table: "track", sql: "select key, mode, count() from TABLE group by key, mode" },
  { table: "track", sql: "select round(tempo_bpm) as bpm, count() from TABLE group by bpm" },
  ...PAIRS.map(([x, y]) => ({
    table: "track" as const,
    sql: `select toUInt8(least(15, floor(${x} * 16)) * 16 + greatest(0, least(15, floor(${y} * 16)))) as cell, count() from TABLE where isNotNull(${x}) group by cell`,
  })),
  { table: "track", sql: `select ${products.join(", ")} from TABLE` },
  {
    table: "isrc",
    sql: "select tracks, p, count() from (select count() as tracks, floor(max(popularity)) as p from TABLE group by isrc) group by tracks, p",
  },
  {
    table: "identifier",
    sql: "select albums, count() from (select count() as albums from TABLE where scheme = 'gtin' and isNotNull(value) group by value) group by albums",
  },
  {
    table: "identifier",
    sql: "select scheme, entity, count(value), count() from TABLE group by scheme, entity",
  },
  {
    table: "album",
    sql: "select substring(release_date, 1, 4) as y, count(), sum(track_count) from TABLE group by y",
  },
  {
    table: "album",
    sql: "select album_type, track_count, count() from TABLE group by album_type, track_count",
  },
  { table: "artist", sql: "select floor(popularity) as p, count(), sum(followers) from TABLE group by p" },
  { table: "artist_genre", sql: "select genre, count(), countIf(position = 1) from TABLE group by genre" },
  { table: "credit", sql: "select role, count() from TABLE group by role" },
];

/** What SQLite can be asked in the same words: over a table or view `track`. */
export const PORTABLE_QUERIES: readonly string[] = [
  "select cast(popularity as integer) as p, count(*), count(plays), sum(plays), sum(duration_ms) from track group by 1",
  "select cast((duration_ms + 500) / 1000 as integer) as s, count(*) from track group by 1",
  "select market_count, count(*) from track group by 1",
  "select key, mode, count(*) from track group by 1, 2",
  "select cast(tempo_bpm + 0.5 as integer) as bpm, count(*) from track group by 1",
  `select ${MOMENTS.flatMap((a, at) => MOMENTS.slice(at).map((b) => `sum(${a} * ${b})`)).join(", ")} from track`,
];
