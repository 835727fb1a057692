/** The tables of facts that catalogue sources write, with their DuckDB types: docs/formats/accession.md. */
const CREDITS = "STRUCT(name VARCHAR, role VARCHAR, key VARCHAR)[]";
const IDENTIFIERS = "STRUCT(scheme VARCHAR, value VARCHAR)[]";

const RELEASE_COLUMNS = {
  release_key: "VARCHAR",
  title: "VARCHAR",
  artist_credit: "VARCHAR",
  credits: CREDITS,
  release_date: "VARCHAR",
  country: "VARCHAR",
  labels: "VARCHAR[]",
  catalogue_numbers: "VARCHAR[]",
  barcode: "VARCHAR",
  release_type: "VARCHAR",
  identifiers: IDENTIFIERS,
  genres: "VARCHAR[]",
} as const;

export const FACT_TABLES = {
  tracks: {
    track_id: "UBIGINT",
    key: "VARCHAR",
    status: "VARCHAR",
    release_key: "VARCHAR",
    disc_no: "INTEGER",
    track_no: "INTEGER",
    title: "VARCHAR",
    artist_credit: "VARCHAR",
    credits: CREDITS,
    duration_ms: "BIGINT",
    isrcs: "VARCHAR[]",
    identifiers: IDENTIFIERS,
    release_date: "VARCHAR",
    explicit: "BOOLEAN",
    language: "VARCHAR",
    genres: "VARCHAR[]",
    market_count: "INTEGER",
    plays: "BIGINT",
    features: "STRUCT(name VARCHAR, value DOUBLE)[]",
    licence: "VARCHAR",
    url: "VARCHAR",
  },
  releases: RELEASE_COLUMNS,
  /** What a source says of several releases as one, such as a master of Discogs: the build does not read it. */
  masters: RELEASE_COLUMNS,
  artists: {
    artist_key: "VARCHAR",
    name: "VARCHAR",
    identifiers: IDENTIFIERS,
    genres: "VARCHAR[]",
    popularity: "DOUBLE",
    followers: "BIGINT",
  },
  labels: { label_key: "VARCHAR", name: "VARCHAR", identifiers: IDENTIFIERS },
  /** One row for each deal and track that it is for. */
  deals: {
    track_id: "UBIGINT",
    release_key: "VARCHAR",
    track_key: "VARCHAR",
    isrc: "VARCHAR",
    message_id: "VARCHAR",
    sender: "VARCHAR",
    recipients: "VARCHAR[]",
    territories: "VARCHAR[]",
    excluded_territories: "VARCHAR[]",
    use_types: "VARCHAR[]",
    commercial_models: "VARCHAR[]",
    start_date: "VARCHAR",
    end_date: "VARCHAR",
    is_takedown: "BOOLEAN",
    conditions: "VARCHAR[]",
    evidence_sha256: "VARCHAR",
  },
  plays: { match_kind: "VARCHAR", match_value: "VARCHAR", plays: "BIGINT", until: "VARCHAR" },
  redirects: { scheme: "VARCHAR", from_value: "VARCHAR", to_value: "VARCHAR" },
  /** What stands under a licence of its own beside the facts, and is never merged with them. */
  supplements: { entity: "VARCHAR", key: "VARCHAR", kind: "VARCHAR", value: "VARCHAR", count: "BIGINT" },
  rejects: { line: "BIGINT", offset_bytes: "BIGINT", reason: "VARCHAR", sample: "VARCHAR" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type FactTable = keyof typeof FACT_TABLES;

/** The column that names a row within its source; rows of a later accession replace those with the same key. */
export const FACT_KEYS: Readonly<Partial<Record<FactTable, string>>> = {
  tracks: "key",
  releases: "release_key",
  masters: "release_key",
  artists: "artist_key",
  labels: "label_key",
};

/** The column that the id of a track follows from, where a table has it. */
export const TRACK_ID_KEYS: Readonly<Partial<Record<FactTable, string>>> = {
  tracks: "key",
  deals: "track_key",
};

export type CreditRole =
  | "main"
  | "composer"
  | "lyricist"
  | "conductor"
  | "arranger"
  | "remixer"
  | "performer"
  | "producer"
  | "other";

export interface CreditFact {
  readonly name: string;
  readonly role: CreditRole;
  /** Key of the artist in `artists`, or null. */
  readonly key: string | null;
}

export interface IdentifierFact {
  readonly scheme: string;
  readonly value: string;
}

/** A row as an adapter gives it: columns that are left out are null. `track_id` follows from the key. */
export type FactRow<Table extends FactTable> = {
  readonly [Column in Exclude<keyof (typeof FACT_TABLES)[Table], "track_id">]?:
    | string
    | number
    | boolean
    | null
    | readonly (string | CreditFact | IdentifierFact | { readonly name: string; readonly value: number })[];
};
