-- The facts of all accessions, as they are loaded before anything is computed. `ord` counts accessions, oldest first.
create table fact_file (
  ord integer, accession varchar, source varchar, root varchar,
  track_id ubigint, status varchar, path varchar, path_b64 varchar, member varchar, member_b64 varchar,
  size_bytes bigint, mtime_ns bigint, container varchar, codec varchar, sample_rate_hz integer, channels integer,
  bits_per_sample integer, duration_ms bigint, duration_exact boolean, bitrate_kbps double
);
create table fact_tag (
  ord integer, accession varchar, source varchar,
  track_id ubigint, ordinal integer, key varchar, value varchar
);
create table fact_document (
  ord integer, accession varchar, source varchar, root varchar,
  path varchar, path_b64 varchar, scope_path varchar, scope_path_b64 varchar, package varchar, sha256 varchar, text varchar
);
create table fact_package_file (
  ord integer, accession varchar, source varchar,
  track_id ubigint, package varchar, scope_path varchar, scope_path_b64 varchar
);
create table fact_measure (
  ord integer, accession varchar, source varchar,
  track_id ubigint, size_bytes bigint, danceability double, energy double, loudness_db double, tempo_bpm double, key integer,
  mode integer, tool varchar, gain_db double, peak double, first_block_bin integer, block_counts integer[]
);

-- Which tags say what, best first: the first tag of the lowest rank that has text is the one used.
create table field_tag (key varchar, field varchar, rank integer);
insert into field_tag values
  ('TITLE', 'title', 1),
  ('ALBUM', 'album', 1),
  ('DATE', 'date', 1), ('YEAR', 'date', 2), ('RELEASEDATE', 'date', 3), ('ORIGINALDATE', 'date', 4), ('ORIGINALYEAR', 'date', 5),
  ('TRACKNUMBER', 'track_no', 1), ('TRACK', 'track_no', 2),
  ('DISCNUMBER', 'disc_no', 1), ('DISC', 'disc_no', 2),
  ('LANGUAGE', 'language', 1),
  ('LABEL', 'label', 1), ('ORGANIZATION', 'label', 2), ('PUBLISHER', 'label', 3);

-- Who did what: tags whose every value is one artist. ARTISTS (one name a value) is better than ARTIST (as printed).
create table role_tag (key varchar, role varchar, rank integer);
insert into role_tag values
  ('ARTISTS', 'main', 1), ('ARTIST', 'main', 2),
  ('COMPOSER', 'composer', 1), ('LYRICIST', 'lyricist', 1), ('CONDUCTOR', 'conductor', 1),
  ('ARRANGER', 'arranger', 1), ('REMIXER', 'remixer', 1), ('PERFORMER', 'performer', 1);
