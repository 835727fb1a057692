import { utf8Order } from "../../core/utf8-order.ts";
/** What a row can belong to: when such an entity is replaced, all its rows in older generations are void. */
export type Entity = "track" | "album" | "artist" | "label";

export interface TableDefinition {
  /** The columns in their order with their types in DuckDB. */
  readonly columns: { readonly [column: string]: string };
  /** The `order by` clause of every segment: a total order, so that the same rows make the same bytes. */
  readonly sortedBy: string;
  /**
   * The key by which segments are cut and found, as SQL text over one row: numbers in decimal, texts as they are. It
   * never decreases along the table; see `compareKeys`.
   */
  readonly bound: string;
  readonly boundKind: "number" | "text";
  /** The column that says which entity a row belongs to (`*_no`: by dense number); null for tables that are rewritten. */
  readonly keyColumn: string | null;
  /** The entity of every row; null when the column `entity` says it, or the table is rewritten. */
  readonly entity: Entity | null;
  /** Small tables that each build writes as a whole: they have rows of one generation only. */
  readonly isRewritten: boolean;
  /** Whether all rows with one bound stand in one segment. */
  readonly keepsKeysTogether: boolean;
}

/** Rows of a row group of a segment: measured with bench/twin.ts, beside 20,480 and 122,880. */
export const ROW_GROUP_ROWS = 61_440;

const FEATURES = {
  danceability: "FLOAT",
  energy: "FLOAT",
  loudness_db: "FLOAT",
  speechiness: "FLOAT",
  acousticness: "FLOAT",
  instrumentalness: "FLOAT",
  liveness: "FLOAT",
  valence: "FLOAT",
  tempo_bpm: "FLOAT",
  key: "UTINYINT",
  mode: "UTINYINT",
  time_signature: "UTINYINT",
};

/** The tables of a snapshot as they stand on disk, described in `docs/formats/snapshot.md`. */
export const TABLES = {
  track: byNumber("track_id", "track", "track_id", {
    track_id: "UBIGINT",
    title: "VARCHAR",
    title_source: "VARCHAR",
    artist_credit: "VARCHAR",
    artist_nos: "UINTEGER[]",
    album_no: "UINTEGER",
    disc_no: "USMALLINT",
    track_no: "USMALLINT",
    duration_ms: "UINTEGER",
    duration_exact: "BOOLEAN",
    release_date: "VARCHAR",
    date_precision: "VARCHAR",
    popularity: "FLOAT",
    plays: "UBIGINT",
    explicit: "BOOLEAN",
    language: "VARCHAR",
    market_count: "USMALLINT",
    isrc: "UBIGINT",
    ...FEATURES,
    feature_tool: "VARCHAR",
    accession: "VARCHAR",
  }),
  credit: byNumber("track_id", "track", "track_id, role, position", {
    track_id: "UBIGINT",
    role: "VARCHAR",
    position: "INTEGER",
    artist_no: "UINTEGER",
    accession: "VARCHAR",
  }),
  isrc: {
    ...byNumber("isrc", "track", "isrc, popularity desc nulls last, track_id", {
      isrc: "UBIGINT",
      popularity: "FLOAT",
      track_id: "UBIGINT",
      accession: "VARCHAR",
    }),
    keyColumn: "track_id",
  },
  identifier: {
    columns: {
      scheme: "VARCHAR",
      value: "VARCHAR",
      raw: "VARCHAR",
      entity: "VARCHAR",
      entity_id: "UBIGINT",
      reason: "VARCHAR",
      accession: "VARCHAR",
    },
    sortedBy: "scheme, value nulls last, raw nulls first, entity, entity_id",
    // A line feed sorts after the tab and before every character of a scheme: malformed ones are last in their scheme.
    bound: "coalesce(scheme || chr(9) || value, scheme || chr(10))",
    boundKind: "text",
    keyColumn: "entity_id",
    entity: null,
    isRewritten: false,
    keepsKeysTogether: false,
  },
  album: byNumber("album_no", "album", "album_no", {
    album_no: "UINTEGER",
    album_id: "UBIGINT",
    title: "VARCHAR",
    artist: "VARCHAR",
    release_date: "VARCHAR",
    date_precision: "VARCHAR",
    track_count: "UINTEGER",
    album_type: "VARCHAR",
    label_id: "UBIGINT",
    gtin: "UBIGINT",
    popularity: "FLOAT",
    accession: "VARCHAR",
  }),
  artist: byNumber("artist_no", "artist", "artist_no", {
    artist_no: "UINTEGER",
    artist_id: "UBIGINT",
    name: "VARCHAR",
    popularity: "FLOAT",
    followers: "UBIGINT",
    accession: "VARCHAR",
  }),
  artist_genre: byNumber("artist_no", "artist", "artist_no, position", {
    artist_no: "UINTEGER",
    position: "INTEGER",
    genre: "VARCHAR",
    accession: "VARCHAR",
  }),
  track_genre: byNumber("track_id", "track", "track_id, position", {
    track_id: "UBIGINT",
    position: "INTEGER",
    genre: "VARCHAR",
    accession: "VARCHAR",
  }),
  listen: byNumber("track_id", "track", "track_id, accession", {
    track_id: "UBIGINT",
    accession: "VARCHAR",
    plays: "BIGINT",
    until: "VARCHAR",
  }),
  label: byNumber("label_id", "label", "label_id", {
    label_id: "UBIGINT",
    name: "VARCHAR",
    accession: "VARCHAR",
  }),
  holding: byNumber("track_id", "track", "track_id", {
    track_id: "UBIGINT",
    source: "VARCHAR",
    root: "VARCHAR",
    path: "VARCHAR",
    path_b64: "VARCHAR",
    member: "VARCHAR",
    member_b64: "VARCHAR",
    size_bytes: "BIGINT",
    mtime_ns: "BIGINT",
    container: "VARCHAR",
    codec: "VARCHAR",
    sample_rate_hz: "INTEGER",
    channels: "INTEGER",
    bits_per_sample: "INTEGER",
    duration_ms: "BIGINT",
    duration_exact: "BOOLEAN",
    bitrate_kbps: "DOUBLE",
    accession: "VARCHAR",
  }),
  tag: byNumber("track_id", "track", "track_id, ordinal, key, value", {
    track_id: "UBIGINT",
    ordinal: "INTEGER",
    key: "VARCHAR",
    value: "VARCHAR",
    accession: "VARCHAR",
  }),
  replay_gain: byNumber("track_id", "track", "track_id", {
    track_id: "UBIGINT",
    gain_db: "DOUBLE",
    peak: "DOUBLE",
    album_gain_db: "DOUBLE",
    album_peak: "DOUBLE",
    album_tracks: "INTEGER",
    accession: "VARCHAR",
  }),
  document: rewritten("source, path, path_b64 nulls first", "source", {
    source: "VARCHAR",
    root: "VARCHAR",
    path: "VARCHAR",
    path_b64: "VARCHAR",
    scope_path: "VARCHAR",
    scope_path_b64: "VARCHAR",
    package: "VARCHAR",
    sha256: "VARCHAR",
    text: "VARCHAR",
    accession: "VARCHAR",
  }),
  package_file: {
    ...rewritten("track_id, package, scope_path", "track_id::varchar", {
      track_id: "UBIGINT",
      package: "VARCHAR",
      scope_path: "VARCHAR",
      scope_path_b64: "VARCHAR",
      accession: "VARCHAR",
    }),
    boundKind: "number",
  },
  resolution: {
    columns: { entity: "VARCHAR", id: "UBIGINT", same_as: "UBIGINT", evidence: "VARCHAR" },
    sortedBy: "entity, id",
    bound: "entity || chr(9) || lpad(id::varchar, 20, '0')",
    boundKind: "text",
    keyColumn: "id",
    entity: null,
    isRewritten: false,
    keepsKeysTogether: false,
  },
  conflict: rewritten("kind, scheme, value, track_id nulls first, detail, accession", "kind", {
    kind: "VARCHAR",
    scheme: "VARCHAR",
    value: "VARCHAR",
    track_id: "UBIGINT",
    detail: "VARCHAR",
    accession: "VARCHAR",
  }),
  redirect: rewritten("scheme, from_value, to_value, accession", "scheme || chr(9) || from_value", {
    scheme: "VARCHAR",
    from_value: "VARCHAR",
    to_value: "VARCHAR",
    accession: "VARCHAR",
  }),
} as const satisfies { readonly [table: string]: TableDefinition };

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** The table as any table: what is the same for all of them. */
export function tableDefinition(name: TableName): TableDefinition {
  return TABLES[name];
}

/** Orders two bounds of a table: numbers by size, texts by their UTF-8 bytes, as DuckDB sorts. */
export function compareKeys(table: TableName, a: string, b: string): number {
  if (TABLES[table].boundKind === "text") return utf8Order(a, b);
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function byNumber<Columns extends TableDefinition["columns"]>(
  bound: string,
  entity: Entity,
  sortedBy: string,
  columns: Columns,
): TableDefinition & { readonly columns: Columns } {
  return {
    columns,
    sortedBy,
    bound: `${bound}::varchar`,
    boundKind: "number",
    keyColumn: bound,
    entity,
    isRewritten: false,
    keepsKeysTogether: sortedBy !== bound,
  };
}

function rewritten<Columns extends TableDefinition["columns"]>(
  sortedBy: string,
  bound: string,
  columns: Columns,
): TableDefinition & { readonly columns: Columns } {
  return {
    columns,
    sortedBy,
    bound,
    boundKind: "text",
    keyColumn: null,
    entity: null,
    isRewritten: true,
    keepsKeysTogether: false,
  };
}
