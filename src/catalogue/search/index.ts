/**
 * `search`: full text over titles and artists. A *text index* is derived from the tracks of one generation, whose numbers in
 * it are their ranks by popularity. See `docs/formats/text-index.md`.
 */
export {
  type BuildIndexesOptions,
  buildIndexes,
  type IndexPlan,
  planIndexes,
  planSize,
  removeUnfinishedIndexes,
  SMALL_CATALOGUE_ROWS,
} from "./build-indexes.ts";
export { MATCHES, type Match, searchIndex, type TextHit } from "./search-index.ts";
export { SnapshotSearch, searchSnapshot } from "./search-snapshot.ts";
export { TEXT_FILES } from "./text-files.ts";
export { TextIndex } from "./text-index.ts";
export { trackDocuments } from "./track-documents.ts";
export { BUILD_INDEX_HINT, withIndexes } from "./with-indexes.ts";
export { type WriteTextIndexOptions, writeTextIndex } from "./write-text-index.ts";
