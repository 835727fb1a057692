-- What of all that is computed has to be resolved anew. Most changes are of counts, dates and the like: where identifiers, text,
-- length and artists are what they were, a track is what it was found to be; an artist or a label where identifiers and name are,
-- an album where its identifiers are.
create table moved_entity as
select i.entity, i.entity_id as id from base_identifier i join moved_value m on m.scheme = i.scheme and m.value = i.value;

create table spoken_of as
select entity, id from replaced_entity where entity in ('track', 'album', 'artist', 'label')
union select 'track', track_id from changed_track
union select 'album', album_id from row_album
union select 'artist', artist_id from row_artist
union select 'label', label_id from row_label
union select entity, id from moved_entity;

create table old_isrc as
select isrc, track_id from old_track where isrc is not null
union all select isrc, track_id from more_isrc
union all
select isrc, track_id from base_isrc where track_id in (select id from moved_entity where entity = 'track' except from changed_track);
create table old_identifier as
select i.scheme, i.value, i.entity, i.entity_id
from base_identifier i join spoken_of s on s.entity = i.entity and s.id = i.entity_id;

create table same_entity as
with old_code as (
  select 'track' as entity, track_id as id, 'isrc' as scheme, isrc_text(isrc) as value from old_isrc
  union all
  select o.entity, o.entity_id, o.scheme, o.value from old_identifier o join strong_scheme using (entity, scheme) where o.value is not null
), new_code as (
  select i.entity, i.entity_id as id, i.scheme, i.value from row_identifier i join strong_scheme using (entity, scheme) where i.value is not null
), recoded as (
  select entity, id from (
    select *, true as is_new from new_code union all select *, false from old_code
  ) group by entity, id, scheme, value having bool_and(is_new) or not bool_or(is_new)
  union select entity, id from moved_entity
), retold as (
  select 'track' as entity, track_id as id
  from old_track o join row_track n using (track_id)
  where o.title = n.title and o.artist_credit is not distinct from n.artist_credit and o.duration_ms is not distinct from n.duration_ms
    and track_id not in (select track_id from recredited_track where has_other_artists)
  union all select 'album', album_id from given_album where album_id in (select album_id from row_album)
  union all select 'artist', artist_id from met_artist o join row_artist n using (artist_id) where o.name = n.name
  union all select 'label', label_id from base_label o join row_label n using (label_id) where o.name = n.name
)
select entity, id from retold anti join recoded using (entity, id);

create table altered_track as
select track_id from changed_track where track_id not in (select id from same_entity where entity = 'track');

-- What is resolved anew, as it was and as it is.
create view old_altered as select * from old_track where track_id in (from altered_track);
create view row_altered as select * from row_track where track_id in (from altered_track);
create view identifier_altered as
select i.* from row_identifier i anti join same_entity s on s.entity = i.entity and s.id = i.entity_id;

create view base_strong as
select i.entity, i.entity_id as id, i.scheme, coalesce(r.to_value, i.value) as value
from base_identifier i
left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.value is not null and i.scheme in (select scheme from strong_scheme);

-- What changed so that it has to be resolved.
create table seed as from spoken_of except from same_entity;
