/**
 * The store of the catalogue: a *snapshot* is a folder of immutable Parquet *segments*, cut by the key of their table and
 * made in *generations*, described by `snapshot.json`. See `docs/formats/snapshot.md`.
 */
export { type DescribeSegmentOptions, describeSegment } from "./describe-segment.ts";
export { draftSnapshot, makeCurrent, removeUnfinished, type SnapshotDraft } from "./draft-snapshot.ts";
export { listSnapshots, type SnapshotListing } from "./list-snapshots.ts";
export { liveRowsQuery, readFiles, replacedQuery } from "./live-rows.ts";
export { addSegmentViews, addSnapshotViews, openSnapshot } from "./open-snapshot.ts";
export { type KeyRange, overlaps, planRanges, segmentsWithKey } from "./plan-ranges.ts";
export * from "./snapshot-document.ts";
export { type SnapshotOrigin, snapshotId } from "./snapshot-id.ts";
export {
  currentSnapshot,
  currentSnapshotId,
  listSnapshotIds,
  readSnapshot,
  type Snapshot,
} from "./snapshot-store.ts";
export {
  compareKeys,
  type Entity,
  TABLE_NAMES,
  TABLES,
  type TableDefinition,
  type TableName,
  tableDefinition,
} from "./tables.ts";
export { type WriteReplacedOptions, writeReplaced } from "./write-replaced.ts";
export { ROWS_PER_SEGMENT, type WriteSegmentsOptions, writeSegments } from "./write-segments.ts";
