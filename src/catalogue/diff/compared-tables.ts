/** A table as it is compared: rows with a key change, others come and go. */
export interface ComparedTable {
  readonly name: string;
  /** The column that makes rows of the two snapshots the same one; null: the whole row does. */
  readonly key: string | null;
  /** Whether a row is of an entity in `touched`, as SQL; null when the table is always compared whole. */
  readonly isTouched: string | null;
}

const ofTrack = isOf("'track'", "track_id");

export const COMPARED_TABLES: readonly ComparedTable[] = [
  { name: "track", key: "track_id", isTouched: ofTrack },
  { name: "album", key: "album_id", isTouched: isOf("'album'", "album_id") },
  { name: "artist", key: "artist_id", isTouched: isOf("'artist'", "artist_id") },
  { name: "label", key: "label_id", isTouched: isOf("'label'", "label_id") },
  { name: "holding", key: "track_id", isTouched: ofTrack },
  { name: "track_artist", key: null, isTouched: ofTrack },
  { name: "track_genre", key: null, isTouched: ofTrack },
  { name: "artist_genre", key: null, isTouched: isOf("'artist'", "artist_id") },
  { name: "identifier", key: null, isTouched: isOf("entity", "entity_id") },
  { name: "listen", key: null, isTouched: ofTrack },
  { name: "tag", key: null, isTouched: ofTrack },
  { name: "replay_gain", key: "track_id", isTouched: ofTrack },
  { name: "resolution", key: null, isTouched: isOf("entity", "id") },
  { name: "document", key: null, isTouched: null },
  { name: "package_file", key: null, isTouched: null },
  { name: "conflict", key: null, isTouched: null },
  { name: "redirect", key: null, isTouched: null },
];

function isOf(entity: string, column: string): string {
  return `(${entity}, ${column}) in (select (entity, id) from touched)`;
}
