/**
 * `sources`: where facts come from. An *accession* is one intake from a *source*: what a folder of music, or a file of
 * play counts, said at that time, as Parquet that is never edited. A *locator* says where a track's bytes are, and
 * `openSource` reads them, from a plain file or from inside a container.
 */
export {
  type Accession,
  type AccessionCounts,
  type AccessionRecord,
  accessionSchema,
  listAccessions,
} from "./accession/accession.ts";
export {
  type AddAudioSourceOptions,
  type AudioSourceSummary,
  addAudioSource,
  type FolderIntake,
} from "./add-audio-source.ts";
export { type AddPlaysSourceOptions, addPlaysSource, type PlaysSourceSummary } from "./add-plays-source.ts";
export { addDiscogsSource } from "./discogs/add-discogs-source.ts";
export { addErnSource } from "./ern/add-ern-source.ts";
export type { AddRecordSourceOptions, RecordSourceSummary } from "./facts/add-record-source.ts";
export { type PathText, pathBytes, pathText } from "./files/path-text.ts";
export { type AddFmaSourceOptions, addFmaSource } from "./fma/add-fma-source.ts";
export { addInternetArchiveSource } from "./internet-archive/add-internet-archive-source.ts";
export {
  type AddListenBrainzSourceOptions,
  addListenBrainzSource,
} from "./listenbrainz/add-listenbrainz-source.ts";
export {
  type AddMusicBrainzSourceOptions,
  addMusicBrainzSource,
} from "./musicbrainz/add-musicbrainz-source.ts";
export { MUSICBRAINZ_ENTITIES, type MusicBrainzEntity } from "./musicbrainz/document-rows.ts";
export {
  type IntakeLimits,
  type OpenSource,
  openSource,
  SourceError,
  type SourceLocator,
  type SourceTrouble,
} from "./source-file.ts";
export { type AddTableSourceOptions, addTableSource } from "./table/add-table-source.ts";
export { type MappedTable, mapTable } from "./table/map-table.ts";
