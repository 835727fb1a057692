/**
 * `packing`: puts what a plan keeps into **shards**: sealed tar files in which each track stands as `<track id>.json` and
 * `<track id>.<ext>`, with an **index** of where everything is and what it is. What cannot be read or verified goes into
 * **quarantine**. A shard that is sealed is never changed.
 */
export { type AddMeasuresOptions, addMeasures, type MeasuresSummary } from "./add-measures.ts";
export {
  type DuplicateCluster,
  type DuplicatesReport,
  type DuplicateTrack,
  findDuplicates,
} from "./find-duplicates.ts";
export { INDEX_COLUMNS, type IndexRow } from "./index-row.ts";
export { type PackOptions, packPlan, planPack } from "./pack-plan.ts";
export type { PackPreview } from "./pack-preview.ts";
export type { PackSummary } from "./pack-with.ts";
export { type QuarantinedTrack, readQuarantine } from "./quarantine.ts";
export { readIndexFile, readShardIndex } from "./shard-index.ts";
export {
  findShard,
  type LiveTrack,
  listShards,
  liveTracks,
  type ShardManifest,
  type ShardPaths,
  shardPaths,
} from "./shard-manifest.ts";
export { type TrackDocument, trackDocumentSchema } from "./track-document.ts";
