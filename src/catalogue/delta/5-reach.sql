-- What a change can reach through strong identifiers: all that share an identifier with what a seed was or is, and the clusters
-- of all these.
create table seed_isrc as
select isrc from old_isrc where track_id in (select id from seed where entity = 'track')
union
select isrc_pack(value) from identifier_altered where entity = 'track' and scheme = 'isrc' and value is not null;

create table seed_value as
with said as (
  select o.entity, o.scheme, o.value from old_identifier o join seed s on s.entity = o.entity and s.id = o.entity_id
  where o.value is not null
  union all select entity, scheme, value from identifier_altered where value is not null and scheme <> 'isrc'
)
select distinct s.entity, s.scheme, coalesce(r.to_value, s.value) as value
from said s join strong_scheme using (entity, scheme)
left join redirect_final r on r.scheme = s.scheme and r.from_value = s.value;

-- How many rows of the base fit cannot be known beforehand: joins with it are done as they are written, the few on the right.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table touching as
select entity, id from seed
union select 'track', track_id from base_isrc where isrc in (select isrc from seed_isrc)
union select b.entity, b.id from base_strong b join seed_value using (entity, scheme, value);

reset disabled_optimizers;
create table reach as
with anchor as (
  select distinct t.entity, coalesce(r.same_as, t.id) as id from touching t left join base_resolution r using (entity, id)
)
select entity, id from touching
union select entity, id from anchor
union select r.entity, r.id from base_resolution r join anchor a on a.entity = r.entity and a.id = r.same_as;

set disabled_optimizers = 'join_order,build_side_probe_side';
create table reach_track as
select t.track_id as id, t.title, t.artist_credit, t.duration_ms, t.artist_nos
from base_track t
where track_id in (select id from reach where entity = 'track' except from altered_track);
reset disabled_optimizers;
