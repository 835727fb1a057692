import type { FieldMapping } from "../facts/add-record-source.ts";

/** What goes where, for a dry run and for the documentation. */
export const MUSICBRAINZ_MAPPING: readonly FieldMapping[] = [
  { from: "release media[].tracks[].id", to: "tracks.key, identifiers mbid-track" },
  { from: "release media[].tracks[].recording.id", to: "tracks.identifiers mbid-recording" },
  { from: "release media[].position, tracks[].position", to: "tracks.disc_no, track_no" },
  { from: "release media[].tracks[].title", to: "tracks.title" },
  { from: "release media[].tracks[].artist-credit (name, joinphrase)", to: "tracks.artist_credit, credits" },
  { from: "release media[].tracks[].recording.relations", to: "tracks.credits with a role" },
  { from: "release media[].tracks[].length, else recording.length", to: "tracks.duration_ms" },
  { from: "release media[].tracks[].recording.isrcs", to: "tracks.isrcs" },
  { from: "release id, release-group.id", to: "releases.release_key, identifiers" },
  { from: "release title, date, country, barcode, label-info", to: "releases" },
  { from: "release release-group.primary-type, secondary-types", to: "releases.release_type" },
  { from: "recording (standalone)", to: "tracks without a release" },
  { from: "artist id, name, isnis, ipis", to: "artists" },
  { from: "label id, name, isnis, ipis", to: "labels" },
  { from: "tags, genres, rating, annotation", to: "supplements (CC BY-NC-SA)" },
  { from: "<mbid> TAB <new mbid>, *_gid_redirect", to: "redirects" },
];
