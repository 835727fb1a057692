import type { TableSchema } from "../../core/database.ts";

/** `files.parquet`: docs/formats/accession.md, section "files". */
export const FILE_COLUMNS = {
  track_id: "UBIGINT",
  status: "VARCHAR",
  reason: "VARCHAR",
  detail: "VARCHAR",
  path: "VARCHAR",
  path_b64: "VARCHAR",
  member: "VARCHAR",
  member_b64: "VARCHAR",
  size_bytes: "BIGINT",
  mtime_ns: "BIGINT",
  inode: "UBIGINT",
  container: "VARCHAR",
  codec: "VARCHAR",
  sample_rate_hz: "INTEGER",
  channels: "INTEGER",
  bits_per_sample: "INTEGER",
  duration_ms: "BIGINT",
  duration_exact: "BOOLEAN",
  bitrate_kbps: "DOUBLE",
} as const satisfies TableSchema;

export const TAG_COLUMNS = {
  track_id: "UBIGINT",
  ordinal: "INTEGER",
  key: "VARCHAR",
  value: "VARCHAR",
  native: "VARCHAR",
} as const satisfies TableSchema;

export const DOCUMENT_COLUMNS = {
  path: "VARCHAR",
  path_b64: "VARCHAR",
  scope_path: "VARCHAR",
  scope_path_b64: "VARCHAR",
  package: "VARCHAR",
  sha256: "VARCHAR",
  text: "VARCHAR",
} as const satisfies TableSchema;

/** What the walk found; a work table, never stored. */
export const SEEN_COLUMNS = {
  track_id: "UBIGINT",
  /** `file` to be read, `document` to be read as text, `refused` without reading. */
  kind: "VARCHAR",
  reason: "VARCHAR",
  detail: "VARCHAR",
  path: "VARCHAR",
  path_b64: "VARCHAR",
  size_bytes: "BIGINT",
  mtime_ns: "BIGINT",
  inode: "UBIGINT",
  /** Of a document that is reached through a link: where it is. */
  read_path: "VARCHAR",
  read_path_b64: "VARCHAR",
} as const satisfies TableSchema;

/** Paths that dpkg says a package owns; a work table. */
export const OWNED_COLUMNS = {
  package: "VARCHAR",
  scope_path: "VARCHAR",
  scope_path_b64: "VARCHAR",
  path_key: "BLOB",
} as const satisfies TableSchema;
