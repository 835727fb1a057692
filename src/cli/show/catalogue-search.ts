import type { ShownAlbum, ShownAlbumTrack, ShownArtist, TextHit } from "../../catalogue/index.ts";
import { formatDuration } from "../../core/sizes.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";
import { albumGainText } from "./gain.ts";

const HIT_COLUMNS: readonly Column[] = [
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "LENGTH", align: "right" },
  { name: "POPULARITY", align: "right" },
  { name: "MATCH" },
];

export function showHits(
  output: Output,
  hits: readonly (Omit<TextHit, "trackId"> & { trackId: string })[],
): void {
  printTable(
    output,
    HIT_COLUMNS,
    hits.map(({ trackId, title, artist, durationMs, popularity, match }) => [
      trackId,
      title,
      artist,
      durationMs === null ? null : formatDuration(durationMs),
      popularity === null ? null : popularity.toFixed(1),
      match === "exact" ? null : match,
    ]),
  );
}

const TRACK_COLUMNS: readonly Column[] = [
  { name: "TRACK" },
  { name: "NO", align: "right" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "LENGTH", align: "right" },
  { name: "POPULARITY", align: "right" },
  { name: "ISRC" },
];

export function showAlbumFields(output: Output, { album, gain, identifiers, tracks }: ShownAlbum): void {
  printFields(output, [
    ["album", album.album_id],
    ["title", album.title, "bold"],
    ["artist", album.artist],
    ["date", album.release_date],
    ["type", album.album_type],
    ["label", album.label],
    ["tracks", album.track_count],
    ["ReplayGain", gain && albumGainText(gain.gain_db, gain.peak, gain.tracks, album.track_count)],
    ...identifiers.map(identifierField),
  ]);
  showTracks(output, tracks);
}

export function showArtistFields(output: Output, { artist, genres, identifiers, tracks }: ShownArtist): void {
  printFields(output, [
    ["artist", artist.artist_id],
    ["name", artist.name, "bold"],
    ["popularity", artist.popularity === null ? null : artist.popularity.toFixed(1)],
    ["followers", artist.followers],
    ["genres", genres.join(", ") || null],
    ...identifiers.map(identifierField),
  ]);
  showTracks(output, tracks);
}

function identifierField({ scheme, value, raw, reason }: ShownAlbum["identifiers"][number]): Field {
  return [scheme, value ?? `${raw} (not used: ${reason})`];
}

function showTracks(output: Output, tracks: readonly ShownAlbumTrack[]): void {
  if (tracks.length === 0) return;
  output.line();
  printTable(
    output,
    TRACK_COLUMNS,
    tracks.map((track) => [
      track.track_id,
      track.track_no === null
        ? null
        : `${track.disc_no === null ? "" : `${track.disc_no}.`}${track.track_no}`,
      track.title,
      track.artist,
      track.duration_ms === null ? null : formatDuration(track.duration_ms),
      track.popularity === null ? null : track.popularity.toFixed(1),
      track.isrc,
    ]),
  );
}
