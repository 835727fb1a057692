import type { Field } from "./mapping-fields.ts";

export interface NameRule {
  /** Of the name in lower case, with `_` for everything that is no letter or digit. */
  readonly pattern: RegExp;
  readonly field: Field;
  /** What the values then have to be. */
  readonly check:
    | "isrc"
    | "uuid"
    | "gtin"
    | "date"
    | "number"
    | "whole"
    | "boolean"
    | "unique"
    | "pitch"
    | "duration"
    | "text";
}

/** In order: of several that fit the first whose values agree. */
export const NAME_RULES: readonly NameRule[] = [
  rule(/^(key|musical_key|pitch_class)$/, "feature:key", "pitch"),
  rule(
    /^((spotify_|deezer_|apple_)?(track|song|recording)_?(id|uri|key|gid)|id|key|uri|gid)$/,
    "key",
    "unique",
  ),
  rule(/^((track|recording|song)_?)?isrcs?(_code)?$/, "isrc", "isrc"),
  rule(
    /^((musicbrainz_)?(track|recording)_?)?mb_?id$|^(musicbrainz|mb)_?(track|recording)_?id$|^recording_gid$/,
    "mbid-recording",
    "uuid",
  ),
  rule(/^(release|album)_mb_?id$|^(musicbrainz|mb)_(release|album)_?id$/, "mbid-release", "uuid"),
  rule(
    /^(upc|ean|gtin|icpn|barcode)(_?(13|14|code))?$|^(album|release)_(upc|ean|barcode)$/,
    "barcode",
    "gtin",
  ),
  rule(/^(title|name|track|song|(track|song|recording)_?(name|title))$|^titel$|^titre$/, "title", "text"),
  rule(/^(artist_credit|artist_display|display_artist)(_name)?$/, "artist_credit", "text"),
  rule(
    /^(artists?|(track_|main_)?artists?_?names?|track_artists?|creator|band|interpret)$/,
    "artist",
    "text",
  ),
  rule(/^composers?(_name)?$|^songwriters?$|^writers?$/, "composer", "text"),
  rule(/^lyricists?$/, "lyricist", "text"),
  rule(/^conductors?$/, "conductor", "text"),
  rule(/^arrangers?$/, "arranger", "text"),
  rule(/^remixers?$/, "remixer", "text"),
  rule(/^performers?$|^featured_artists?$/, "performer", "text"),
  rule(/^producers?$/, "producer", "text"),
  rule(
    /^(track_|song_)?(duration|length|playtime|runtime|time)(_?(ms|msec|milliseconds|millis|s|sec|secs|seconds))?$/,
    "duration",
    "duration",
  ),
  rule(/^(album|release)_?(id|uri|key|gid)$/, "release_key", "text"),
  rule(/^(album|release)(_?(name|title))?$/, "release_title", "text"),
  rule(/^(album|release)_?artists?(_names?)?$/, "release_artist", "text"),
  rule(
    /^((album_|track_)?release_?date|(album_)?release_year|date|year|released|album_year)$/,
    "release_date",
    "date",
  ),
  rule(/^(album_type|release_type)$/, "release_type", "text"),
  rule(/^(country|release_country)$/, "release_country", "text"),
  rule(/^(labels?|record_label|label_name)$/, "label", "text"),
  rule(/^(catalog(ue)?_?(no|number|num)|catno)$/, "catalogue_number", "text"),
  rule(/^(disc|disk|cd)(_?(no|number|num))?$/, "disc_no", "whole"),
  rule(/^track_?(no|number|num|position)$|^position$/, "track_no", "whole"),
  rule(/^(is_?)?explicit$/, "explicit", "boolean"),
  rule(/^(language|lang|language_code)$/, "language", "text"),
  rule(/^(track_|artist_|main_)?(genres?|styles?)$/, "genre", "text"),
  rule(/^(total_)?(plays?|play_?counts?|listens?|listen_?counts?|streams?|scrobbles?)$/, "plays", "whole"),
  rule(/^(market_count|available_markets_count|markets)$/, "market_count", "whole"),
  rule(/^licen[cs]e(_url|_uri|_name)?$/, "licence", "text"),
  rule(/^(url|link|track_url|href)$/, "url", "text"),
  rule(/^loudness(_db)?$/, "feature:loudness_db", "number"),
  rule(/^(tempo|bpm)(_bpm)?$/, "feature:tempo_bpm", "number"),
  rule(/^mode$/, "feature:mode", "whole"),
  rule(/^time_?signature$/, "feature:time_signature", "whole"),
  rule(/^danceability$/, "feature:danceability", "number"),
  rule(/^energy$/, "feature:energy", "number"),
  rule(/^speechiness$/, "feature:speechiness", "number"),
  rule(/^acousticness$/, "feature:acousticness", "number"),
  rule(/^instrumentalness$/, "feature:instrumentalness", "number"),
  rule(/^liveness$/, "feature:liveness", "number"),
  rule(/^valence$/, "feature:valence", "number"),
];

function rule(pattern: RegExp, field: Field, check: NameRule["check"]): NameRule {
  return { pattern, field, check };
}
