/**
 * `catalogue`: computes a *snapshot* (tracks, albums, artists, credits, genres, identifiers, play counts, holdings) from
 * the facts of all *accessions*. A snapshot is immutable and can be thrown away: the same accessions give the same one.
 * The tables are described in `docs/formats/snapshot.md`.
 */
export * from "./aggregates/index.ts";
export {
  type BuildCatalogueOptions,
  buildCatalogue,
  type CatalogueSummary,
  type NextBuild,
  planCatalogueBuild,
} from "./build-catalogue.ts";
export {
  collectGarbage,
  type GarbageOptions,
  type GarbagePlan,
  planGarbage,
} from "./collect-garbage.ts";
export {
  type CompactCatalogueOptions,
  type CompactionPlan,
  type CompactionSummary,
  compactCatalogue,
  planCompaction,
} from "./compact-catalogue.ts";
export {
  type DiffOptions,
  diffSnapshots,
  type RowDifference,
  type TableDifference,
} from "./diff/diff-snapshots.ts";
export {
  EXPORT_FORMATS,
  type ExportFormat,
  exportQuery,
  type LinkPlan,
  makeLinks,
  planLinks,
} from "./export-snapshot.ts";
export { type FoundTrack, findTracks, findTracksIn } from "./find-tracks.ts";
export { foldText } from "./fold-text.ts";
export {
  CONFLICT_KINDS,
  type Conflict,
  type ConflictKind,
  type ConflictReport,
  listConflicts,
} from "./list-conflicts.ts";
export * from "./look-up/index.ts";
export { checkSelect, openReadOnly, queryError } from "./read-only.ts";
export {
  currentRecordings,
  RECORDINGS_ID,
  type RecordingRow,
  type Recordings,
  readRecordings,
  recordingsId,
  recordingsQuery,
  writeRecordings,
} from "./same-recording/recordings-table.ts";
export * from "./search/index.ts";
export type { ShownAlbum, ShownAlbumTrack, ShownArtist } from "./show-entity.ts";
export { type ShowKeyResult, type Shown, showKey } from "./show-key.ts";
export { type ShownTrack, showTrack } from "./show-track.ts";
export * from "./store/index.ts";
export * from "./twin/index.ts";
