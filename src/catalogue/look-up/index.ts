/**
 * `look-up`: from a key (track id, ISRC, MBID, GTIN …) to the rows of a snapshot, through *key files* that are derived from
 * its segments and can be thrown away. See `docs/formats/key-index.md`.
 */
export { DamagedIndexError } from "./index-file.ts";
export { KeyFile, type KeyMatch, type PayloadBytes } from "./key-file.ts";
export { type KeyChunk, type WriteKeyFileOptions, writeKeyFile } from "./key-file-writer.ts";
export { LookUp, type RowPosition } from "./look-up.ts";
export { TrackRows } from "./track-rows.ts";
