-- What a change can reach through strong identifiers. A seed is an entity that changed; with it go all that share an
-- identifier with what it was or is, and the clusters of all these.
create table seed as
select entity, id from replaced_entity where entity in ('track', 'album', 'artist', 'label')
union select 'track', track_id from changed_track
union select 'album', album_id from row_album
union select 'artist', artist_id from row_artist
union select 'label', label_id from row_label
union
select i.entity, i.entity_id
from base_identifier i join moved_value m on m.scheme = i.scheme and m.value = i.value;

create table old_isrc as
select isrc, track_id from base_isrc where track_id in (select id from seed where entity = 'track');
create table old_identifier as
select i.scheme, i.value, i.entity, i.entity_id
from base_identifier i join seed s on s.entity = i.entity and s.id = i.entity_id;

create table seed_isrc as
select isrc from old_isrc
union
select isrc_pack(value) from row_identifier where entity = 'track' and scheme = 'isrc' and value is not null;

create table seed_value as
with said as (
  select entity, scheme, value from old_identifier where value is not null
  union all select entity, scheme, value from row_identifier where value is not null and scheme <> 'isrc'
)
select distinct s.entity, s.scheme, coalesce(r.to_value, s.value) as value
from said s join strong_scheme using (entity, scheme)
left join redirect_final r on r.scheme = s.scheme and r.from_value = s.value;

create view base_strong as
select i.entity, i.entity_id as id, i.scheme, coalesce(r.to_value, i.value) as value
from base_identifier i
left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.value is not null and i.scheme in (select scheme from strong_scheme);

create table touching as
select entity, id from seed
union select 'track', track_id from base_isrc where isrc in (select isrc from seed_isrc)
union select b.entity, b.id from base_strong b join seed_value using (entity, scheme, value);

create table reach as
with anchor as (
  select distinct t.entity, coalesce(r.same_as, t.id) as id from touching t left join base_resolution r using (entity, id)
)
select entity, id from touching
union select entity, id from anchor
union select r.entity, r.id from base_resolution r join anchor a on a.entity = r.entity and a.id = r.same_as;

create table reach_track as
select t.track_id as id, t.title, t.artist_credit, t.duration_ms, t.artist_nos
from base_track t
where track_id in (select id from reach where entity = 'track' except select track_id from changed_track);
