/**
 * `release`: what leaves an archive. A **release** is a signed BagIt bag of shards with its **track table** and its **release
 * document**; beside it stand two torrents and its **announcement**. The gate decides on every track, at the moment of
 * release. `docs/formats/release.md` says what each file holds.
 */
export {
  type AnnouncedTorrent,
  type Announcement,
  announcementFileName,
  MAX_ANNOUNCEMENT_BYTES,
  openAnnouncement,
  torrentFileName,
} from "./announcement.ts";
export { type CreateReleaseOptions, createRelease } from "./create-release.ts";
export { type ExtractOptions, type ExtractSummary, extractTrack } from "./extract-track.ts";
export {
  FEED_FILE,
  type ListedRelease,
  latestRelease,
  listReleases,
  listReleasesIn,
  type ReleaseListing,
} from "./list-releases.ts";
export { readOwnRelease } from "./read-own-release.ts";
export {
  fillsPieces,
  MAX_DOCUMENT_BYTES,
  openReleaseDocument,
  PAYLOAD_FOLDER,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
  type ReleaseFile,
  TRACK_TABLE,
} from "./release-document.ts";
export { isReleaseName } from "./release-name.ts";
export type { ReleaseSummary } from "./release-summary.ts";
export { readStandings } from "./states/read-states.ts";
export {
  isHandedOut,
  isSeeded,
  type ReleaseState,
  type StandingOfRelease,
} from "./states/release-state.ts";
export {
  MAX_STATE_BYTES,
  openStateDocument,
  parseStateFileName,
  STATED,
  type StateDocument,
  stateFileName,
} from "./states/state-document.ts";
export { type StatedRelease, type StateReleaseOptions, stateRelease } from "./states/state-release.ts";
export { createTableReader, type TableReader, type TrackQuery } from "./table-reader.ts";
export { BAG_INFO_FILE, DECLARATION_FILE, PAYLOAD_MANIFEST, payloadPath, TAG_MANIFEST } from "./tag-files.ts";
export {
  MAX_TRACK_TABLE_BYTES,
  parseReleasedTrack,
  type ReleasedTrack,
  TRACK_TABLE_COLUMNS,
} from "./track-table.ts";
