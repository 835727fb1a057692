-- Texts under which changed entities, and those that they reach, were or are found.
create table text_track as
select id, title, artist_credit, duration_ms from reach_track
union all select track_id, title, artist_credit, duration_ms from old_altered
union all select track_id, title, artist_credit, duration_ms from row_altered;

create table known_artist as
select artist_id, name from base_artist
where artist_id not in (select id from replaced_entity where entity = 'artist')
union all select artist_id, name from row_artist;
create table known_label as
select label_id, name from base_label
where label_id not in (select id from replaced_entity where entity = 'label')
union all select label_id, name from row_label;

set disabled_optimizers = 'join_order,build_side_probe_side';
-- Tracks among these that no strong identifier speaks of, or spoke of before.
create table near_keyless as
with former_key as (
  select track_id as id from old_isrc
  union all select entity_id from old_identifier where entity = 'track' and scheme = 'mbid-recording' and value is not null
), key as (
  select entity_id as id from identifier_altered where entity = 'track' and scheme in ('isrc', 'mbid-recording') and value is not null
), kept_key as (
  select track_id as id from base_isrc where track_id in (select id from reach_track)
  union all select id from base_strong where entity = 'track' and id in (select id from reach_track)
)
select track_id as id from old_altered where artist_credit is not null and track_id not in (select id from former_key)
union all select track_id from row_altered where artist_credit is not null and track_id not in (select id from key)
union all select id from reach_track where artist_credit is not null and id not in (select id from kept_key);
reset disabled_optimizers;
