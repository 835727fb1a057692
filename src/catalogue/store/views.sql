-- The tables of a snapshot for people, over the `segment_…` views, which hold the live rows as they stand on disk.
create view track as
select
  t.track_id, t.title, t.title_source, t.artist_credit, a.album_id, t.album_no, t.artist_nos,
  t.disc_no::integer as disc_no, t.track_no::integer as track_no, t.duration_ms::bigint as duration_ms, t.duration_exact,
  coalesce(t.release_date, a.release_date) as release_date,
  case when t.release_date is null then a.date_precision else t.date_precision end as date_precision,
  t.popularity::double as popularity, t.plays::bigint as plays, t.explicit, t.language,
  t.market_count::integer as market_count, isrc_text(t.isrc) as isrc,
  t.danceability, t.energy, t.loudness_db, t.speechiness, t.acousticness, t.instrumentalness, t.liveness, t.valence,
  t.tempo_bpm, t.key, t.mode, t.time_signature, t.feature_tool, t.accession
from segment_track t left join segment_album a using (album_no);

create view album as
select
  album_id, album_no, title, artist, release_date, date_precision, track_count::integer as track_count, album_type,
  label_id, lpad(gtin::varchar, 14, '0') as gtin, popularity::double as popularity, accession
from segment_album;

create view artist as
select artist_id, artist_no, name, popularity::double as popularity, followers::bigint as followers, accession
from segment_artist;

create view track_artist as
with credited as (
  select track_id, unnest(artist_nos) as artist_no, unnest(range(1, len(artist_nos) + 1))::integer as position, 'main' as role, accession
  from segment_track
  union all
  select track_id, artist_no, position, role, accession from segment_credit
)
select c.track_id, a.artist_id, c.artist_no, c.position, c.role, c.accession
from credited c join segment_artist a using (artist_no);

create view artist_genre as
select a.artist_id, g.artist_no, g.genre, g.position, g.accession
from segment_artist_genre g join segment_artist a using (artist_no);

create view track_genre as select track_id, genre, position, accession from segment_track_genre;

create view identifier as
select
  'track' as entity, track_id as entity_id, 'isrc' as scheme, isrc_text(isrc) as value, isrc_text(isrc) as raw,
  true as valid, null::varchar as reason, accession
from segment_isrc
union all
select entity, entity_id, scheme, value, coalesce(raw, value), value is not null, reason, accession
from segment_identifier;

create view feature as
with listed as (
  select track_id, feature_tool as tool, accession, unnest([
    {'name': 'danceability', 'value': danceability::double, 'unit': null::varchar},
    {'name': 'energy', 'value': energy::double, 'unit': null},
    {'name': 'loudness', 'value': loudness_db::double, 'unit': 'dB'},
    {'name': 'speechiness', 'value': speechiness::double, 'unit': null},
    {'name': 'acousticness', 'value': acousticness::double, 'unit': null},
    {'name': 'instrumentalness', 'value': instrumentalness::double, 'unit': null},
    {'name': 'liveness', 'value': liveness::double, 'unit': null},
    {'name': 'valence', 'value': valence::double, 'unit': null},
    {'name': 'tempo', 'value': tempo_bpm::double, 'unit': 'BPM'},
    {'name': 'key', 'value': key::double, 'unit': null},
    {'name': 'mode', 'value': mode::double, 'unit': null},
    {'name': 'time_signature', 'value': time_signature::double, 'unit': null}
  ]) as feature
  from segment_track
)
select track_id, feature.name as name, feature.value as value, feature.unit as unit, tool, accession
from listed where feature.value is not null;

create view listen as select track_id, plays, accession, until from segment_listen;
create view holding as select * from segment_holding;
create view label as select * from segment_label;
create view tag as select * from segment_tag;
create view replay_gain as
select g.track_id, g.gain_db, g.peak, a.album_id, g.album_gain_db, g.album_peak, g.album_tracks, g.accession
from segment_replay_gain g
left join segment_track t using (track_id)
left join (select album_no, album_id from segment_album) a using (album_no);
create view document as select * from segment_document;
create view package_file as select * from segment_package_file;
create view resolution as select * from segment_resolution;
create view conflict as select * from segment_conflict;
create view redirect as select * from segment_redirect;
