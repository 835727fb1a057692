-- The tables of a snapshot while they are computed: every kind of source puts its rows in. Artists and albums are named by
-- their stable ids here; `physical.sql` gives them their numbers.
create table row_track (
  track_id ubigint, title varchar, title_source varchar, artist_credit varchar, album_id ubigint,
  disc_no usmallint, track_no usmallint, duration_ms uinteger, duration_exact boolean,
  release_date varchar, date_precision varchar, explicit boolean, language varchar, market_count usmallint,
  danceability float, energy float, loudness_db float, speechiness float, acousticness float, instrumentalness float,
  liveness float, valence float, tempo_bpm float, key utinyint, mode utinyint, time_signature utinyint, feature_tool varchar,
  accession varchar
);
-- All roles; the position counts from 1 in each role of a track.
create table row_credit (track_id ubigint, role varchar, position integer, artist_id ubigint, accession varchar);
-- All identifiers, those of tracks by ISRC too. `ordinal`: the lowest valid one of a scheme is the first of its entity.
create table row_identifier (
  entity varchar, entity_id ubigint, scheme varchar, value varchar, raw varchar, reason varchar, ordinal integer, accession varchar
);
create table row_album (
  album_id ubigint, title varchar, artist varchar, release_date varchar, date_precision varchar, track_count uinteger,
  album_type varchar, label_id ubigint, popularity float, accession varchar
);
create table row_artist (artist_id ubigint, name varchar, popularity float, followers ubigint, accession varchar);
create table row_artist_genre (artist_id ubigint, position integer, genre varchar, accession varchar);
create table row_track_genre (track_id ubigint, position integer, genre varchar, accession varchar);
create table row_listen (track_id ubigint, accession varchar, plays bigint, until varchar);
-- The counts of sources of plays, matched with tracks.
create table play_listen (track_id ubigint, accession varchar, plays bigint, until varchar);
create table row_label (label_id ubigint, name varchar, accession varchar);
create table row_holding (
  track_id ubigint, source varchar, root varchar, path varchar, path_b64 varchar, member varchar, member_b64 varchar,
  size_bytes bigint, mtime_ns bigint, container varchar, codec varchar, sample_rate_hz integer, channels integer,
  bits_per_sample integer, duration_ms bigint, duration_exact boolean, bitrate_kbps double, accession varchar
);
create table row_tag (track_id ubigint, ordinal integer, key varchar, value varchar, accession varchar);
create table row_document (
  source varchar, root varchar, path varchar, path_b64 varchar, scope_path varchar, scope_path_b64 varchar,
  package varchar, sha256 varchar, text varchar, accession varchar
);
create table row_package_file (
  track_id ubigint, package varchar, scope_path varchar, scope_path_b64 varchar, accession varchar
);
create table row_replay_gain (
  track_id ubigint, gain_db double, peak double, album_gain_db double, album_peak double, album_tracks integer,
  accession varchar
);
create table row_resolution (entity varchar, id ubigint, same_as ubigint, evidence varchar);
create table row_conflict (kind varchar, scheme varchar, value varchar, track_id ubigint, detail varchar, accession varchar);
create table row_redirect (scheme varchar, from_value varchar, to_value varchar, accession varchar);

-- Numbers that artists and albums have already, and the next free ones: a build that goes on from a snapshot fills these.
create table given_artist (artist_id ubigint, artist_no uinteger);
create table given_album (album_id ubigint, album_no uinteger);
create table next_number (artist_no uinteger, album_no uinteger);

-- Ids: the first 64 bits of SHA-256(kind and source, a zero byte, key), as for track ids.
create macro entity_id(name, key) as ('0x' || substr(sha256(name || chr(0) || key), 1, 16))::ubigint;

-- Without white space at the ends: tab, line feed, form feed, carriage return, space. A regular expression takes ten times as long.
-- Most texts have none, which is found in a quarter of the time that it takes to trim them.
create macro clean(text) as case
  when ascii(text) > 32 and ascii(text[-1]) > 32 then text
  else trim(text, chr(9) || chr(10) || chr(12) || chr(13) || ' ')
end;
