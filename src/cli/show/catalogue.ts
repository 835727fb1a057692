import type { CatalogueSummary, Flagged, FoundTrack, ShownTrack } from "../../catalogue/index.ts";
import { formatDuration, formatSize } from "../../core/sizes.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";
import { featuresText } from "./features.ts";
import { albumGainText, gainText } from "./gain.ts";

export function showCatalogueSummary(output: Output, summary: CatalogueSummary): void {
  const { tables, flagged } = summary;
  printFields(output, [
    ["snapshot", summary.snapshot + (summary.created ? "" : " (as before)"), "bold"],
    ["accessions", summary.accessions],
    ["tracks", tables.track],
    ["albums", tables.album],
    ["artists", tables.artist],
    ["identifiers", tables.identifier],
    ...flaggedFields(flagged),
  ]);
}

/** What a person should look at; what is as it should be is left out. */
export function flaggedFields(flagged: Flagged): readonly Field[] {
  const malformed = Object.entries(flagged.malformedIdentifiers).map(
    ([scheme, count]) => `${count} ${scheme}`,
  );
  const { plays } = flagged;
  return [
    [
      "malformed identifiers",
      malformed.length > 0 ? `${malformed.join(", ")} (kept, not used)` : null,
      "yellow",
    ],
    ["identifier conflicts", sum(Object.values(flagged.conflicts)) || null, "yellow"],
    ["titles from file names", flagged.titlesFromFileNames || null],
    ["tracks without an artist", flagged.tracksWithoutArtist || null],
    ["play counts", plays.rows > 0 ? `${plays.matched} of ${plays.rows} matched` : null],
    ["play counts unmatched", plays.unmatched || null, "yellow"],
    ["play counts ambiguous", plays.ambiguous || null, "yellow"],
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const TRACK_COLUMNS: readonly Column[] = [
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "ALBUM", shrinks: true },
  { name: "LENGTH", align: "right" },
  { name: "ISRC" },
];

export function showFoundTracks(output: Output, tracks: readonly FoundTrack[]): void {
  printTable(
    output,
    TRACK_COLUMNS,
    tracks.map(({ id, title, artist, album, durationMs, isrcs }) => [
      id,
      title,
      artist,
      album,
      durationMs === null ? null : formatDuration(durationMs),
      isrcs.join(" "),
    ]),
  );
}

/** All that is known of one track, as names and values. */
export function showTrackFields(output: Output, shown: ShownTrack): void {
  const { track, album } = shown;
  printFields(output, [
    ["track", track.track_id],
    ["title", track.title + (track.title_source === "file-name" ? " (from the file name)" : ""), "bold"],
    ["artist", track.artist_credit],
    ...shown.artists.map(({ name, role }): Field => [role, name]),
    ["album", album?.title ?? null],
    ["album artist", album?.artist ?? null],
    ["label", album?.label ?? null],
    ["date", track.release_date],
    ["place", placeOf(track)],
    ["length", track.duration_ms === null ? null : formatDuration(track.duration_ms)],
    ["genres", shown.genres.map(({ genre }) => genre).join(", ") || null],
    ["plays", track.plays],
    ["popularity", track.popularity === null ? null : track.popularity.toFixed(1)],
    ["features", featuresText(shown.features)],
    ...gainFields(shown),
    ...shown.identifiers.map(
      ({ scheme, entity, value, raw, reason }): Field => [
        entity === "track" ? scheme : `${scheme} (${entity})`,
        value ?? `${raw} (not used: ${reason})`,
      ],
    ),
    ...shown.holdings.flatMap(({ root, path, member, size_bytes, codec, bitrate_kbps }): Field[] => [
      ["file", `${root}/${path}${member === null ? "" : ` › ${member}`}`],
      [
        "format",
        [codec, bitrate_kbps && `${Math.round(bitrate_kbps)} kbps`, size_bytes && formatSize(size_bytes)]
          .filter(Boolean)
          .join(", "),
      ],
    ]),
    ["snapshot", shown.snapshot],
  ]);
}

function gainFields({ gain, album }: ShownTrack): Field[] {
  if (gain === null) return [];
  const { gain_db, peak, album_gain_db, album_peak, album_tracks } = gain;
  return [
    ["ReplayGain", gain_db === null || peak === null ? null : gainText({ gainDb: gain_db, peak })],
    [
      "ReplayGain (album)",
      album_gain_db === null || album_peak === null
        ? null
        : albumGainText(album_gain_db, album_peak, album_tracks ?? 0, album?.track_count ?? 0),
    ],
  ];
}

function placeOf(track: ShownTrack["track"]): string | null {
  if (track.track_no === null) return null;
  return track.disc_no === null
    ? `track ${track.track_no}`
    : `disc ${track.disc_no}, track ${track.track_no}`;
}
