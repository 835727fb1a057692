-- Other tracks that may have one of these texts, by duration and by text as far as SQL folds it. Most have an ISRC and are
-- looked for only when a text belongs to a track that no strong identifier speaks of.
create table plain_key as
select distinct md5_number_lower(fold_plain(title) || chr(0) || fold_plain(artist_credit)) as key
from text_track where is_plain(title) and is_plain(artist_credit) and title <> '';

create view far_candidate as
select track_id as id, title, artist_credit, duration_ms, isrc
from base_track
where artist_credit is not null and duration_ms is not null and title <> ''
  and duration_ms // 2000 in (select step from near_ms)
  and (
    not is_plain(title) or not is_plain(artist_credit)
    or md5_number_lower(fold_plain(title) || chr(0) || fold_plain(artist_credit)) in (select key from plain_key)
  )
  and track_id not in (select track_id from changed_track)
  and track_id not in (select id from reach_track);

create table far_track as select id, title, artist_credit, duration_ms from far_candidate where isrc is null;

create view keyless as
with former_key as (
  select track_id as id from old_isrc
  union all select entity_id from old_identifier where entity = 'track' and scheme = 'mbid-recording' and value is not null
), key as (
  select entity_id as id from row_identifier where entity = 'track' and scheme in ('isrc', 'mbid-recording') and value is not null
), kept_key as (
  select track_id as id from base_isrc where track_id in (select id from reach_track)
  union all select id from base_strong where entity = 'track' and id in (select id from reach_track)
)
select track_id as id from old_track where artist_credit is not null and track_id not in (select id from former_key)
union all select track_id from row_track where artist_credit is not null and track_id not in (select id from key)
union all select id from reach_track where artist_credit is not null and id not in (select id from kept_key)
union all select id from far_track;
