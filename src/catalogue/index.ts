/**
 * `catalogue`: computes a *snapshot* (tracks, albums, artists, credits, genres, identifiers, play counts, holdings) from
 * the facts of all *accessions*. A snapshot is immutable and can be thrown away: the same accessions give the same one.
 * The tables are described in `docs/formats/snapshot.md`.
 */
export * from "./aggregates/index.ts";
export { type BuildCatalogueOptions, buildCatalogue, type CatalogueSummary } from "./build-catalogue.ts";
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
export { type FoundTrack, findTracks, findTracksIn } from "./find-tracks.ts";
export { foldText } from "./fold-text.ts";
export {
  CONFLICT_KINDS,
  type Conflict,
  type ConflictKind,
  type ConflictReport,
  listConflicts,
} from "./list-conflicts.ts";
export { type ShownTrack, showTrack } from "./show-track.ts";
export * from "./store/index.ts";
export * from "./twin/index.ts";
