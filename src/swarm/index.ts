/**
 * `swarm`: releases among peers. A **seeder** gives every release of an archive to whoever asks, by three infohashes from one
 * copy of the bytes: the hybrid's v1 id, its v2 id cut to 20 bytes, and that of the v1-only torrent. Who wants one track
 * gets its blocks from **sources**, peers and web seeds, and proves them.
 */
export { allocateReleases } from "./allocate/allocate-releases.ts";
export { readPledges } from "./allocate/read-pledges.ts";
export { type SimulationOptions, type SimulationResult, simulate } from "./allocate/simulate.ts";
export { clientAt } from "./clients/client-address.ts";
export {
  type SharedTorrent,
  SharedTorrents,
  torrentsOfReleases,
} from "./content/shared-torrents.ts";
export { Dht } from "./dht/dht.ts";
export { type Feed, type FeedRelease, openFeed } from "./feed/feed-document.ts";
export { type WriteFeedOptions, writeFeed } from "./feed/write-feed.ts";
export { type GetSummary, type GetTracksOptions, type GotTrack, getTracks } from "./fetch/get-tracks.ts";
export { parsePeerAddress } from "./fetch/peer-address.ts";
export { globPattern } from "./glob-pattern.ts";
export { type HealthHistory, readHealth } from "./health/health-log.ts";
export { type MeasureHealthOptions, measureHealth } from "./health/measure-health.ts";
export type { ReleaseHealth } from "./health/release-health.ts";
export { ClientKeeper } from "./mirror/client-keeper.ts";
export { type MirrorFeedOptions, type MirrorSummary, mirrorFeed } from "./mirror/mirror-feed.ts";
export { mirrorFolder } from "./mirror/mirror-folder.ts";
export { OwnKeeper } from "./mirror/own-keeper.ts";
export type { Encryption, PeerAddress } from "./peer/greet.ts";
export { SeedServer, type SeedServerOptions } from "./seed/seed-server.ts";
export { Seeding } from "./seed/seeding.ts";
export { UploadLimits } from "./seed/upload-limits.ts";
export { WebSeed } from "./seed/web-seed.ts";
export { type SeedReleasesOptions, type SeedSummary, seedReleases } from "./seed-releases.ts";
export { Announcer } from "./tracker/announcer.ts";
export { Trackers } from "./tracker/trackers.ts";
