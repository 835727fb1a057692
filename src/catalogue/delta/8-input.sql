-- What is resolved anew: what is in reach, and what shares a text with it; the clusters of the latter come along whole.
create view text_keyed as
select t.*, hash(coalesce(tf.folded, fold_plain(title)) || chr(0) || coalesce(cf.folded, fold_plain(artist_credit))) as text_key
from (select id, title, artist_credit, duration_ms from text_track union all select * from far_track) t
left join delta_fold tf on tf.text = t.title left join delta_fold cf on cf.text = t.artist_credit;

create table near_track as
select id, title, artist_credit, duration_ms from text_keyed
where id in (select id from far_track) and text_key in (select text_key from text_keyed where id in (select id from text_track));

create table named as
select 'artist' as entity, artist_id as id, name, hash(coalesce(f.folded, fold_plain(name))) as name_key
from known_artist left join delta_fold f on f.text = name where name <> ''
union all
select 'label', label_id, name, hash(coalesce(f.folded, fold_plain(name)))
from known_label left join delta_fold f on f.text = name where name <> '';

create table credited_artist as
with numbers as (
  select unnest(artist_nos) as artist_no from reach_track
  union select unnest(artist_nos) from old_altered
  union select unnest(artist_nos) from base_track where track_id in (select id from near_track)
)
select a.artist_id from base_artist a join numbers using (artist_no)
union select artist_id from row_credit where track_id in (from altered_track);

create table near_name as
with wanted as (
  select entity, name_key from named
  where (entity = 'artist' and id in (select artist_id from credited_artist)) or (entity, id) in (select entity, id from reach)
)
select n.entity, n.id, n.name from named n join (select distinct * from wanted) w using (entity, name_key)
qualify count(*) over (partition by n.entity, n.name_key) > 1;

create table grouped as
select 'track' as entity, id from near_track union select entity, id from near_name;

create table grouped_cluster as
with anchor as (
  select distinct g.entity, coalesce(r.same_as, g.id) as id
  from (select * from grouped except select * from reach) g left join base_resolution r using (entity, id)
)
select a.entity, a.id, a.id as anchor from anchor a
union select r.entity, r.id, a.id from base_resolution r join anchor a on a.entity = r.entity and a.id = r.same_as;

create table loaded as
select entity, id from reach union select * from grouped union select entity, id from grouped_cluster;

create view gone_or_new as
select entity, id from replaced_entity where entity in ('track', 'album', 'artist', 'label')
except from same_entity;

insert into res_track select id, title, artist_credit, duration_ms from reach_track;
insert into res_track select * from near_track;
insert into res_track select track_id, title, artist_credit, duration_ms from row_altered;

insert into res_code
select distinct i.entity, i.entity_id, i.scheme, coalesce(r.to_value, i.value)
from identifier_altered i join strong_scheme using (entity, scheme)
left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.value is not null;
create table loaded_as_it_was as select entity, id from loaded except select entity, id from gone_or_new;
set disabled_optimizers = 'join_order,build_side_probe_side';
insert into res_code
select distinct b.entity, b.id, b.scheme, b.value
from base_strong b join strong_scheme using (entity, scheme) semi join loaded_as_it_was l on l.entity = b.entity and l.id = b.id;
insert into res_code
select 'track', track_id, 'isrc', isrc_text(isrc) from base_isrc
where track_id in (select id from loaded_as_it_was where entity = 'track');

reset disabled_optimizers;

insert into res_name select entity, id, name from near_name;

-- Members that text took in, by a text that nothing here has: they stay.
insert into res_preset
with leader as (
  select entity, anchor, min(id) as leader
  from grouped_cluster where (entity, id) in (select entity, id from res_code) group by all
)
select c.entity, c.id, l.leader, 3::utinyint
from grouped_cluster c join leader l using (entity, anchor)
where (c.entity, c.id) not in (select entity, id from res_code)
  and (c.entity, c.id) not in (select entity, id from grouped) and (c.entity, c.id) not in (select entity, id from reach);

-- Identifiers of which not all tracks are here: whether they are in conflict is known.
insert into known_value
select distinct scheme, value, (scheme, value) in (select scheme, value from base_conflict) as in_conflict
from res_code
where entity = 'track' and (
  (scheme = 'isrc' and isrc_pack(value) not in (select isrc from seed_isrc))
  or (scheme = 'mbid-recording' and value not in (select value from seed_value where scheme = 'mbid-recording'))
);

insert into settled_cluster
select id, same_as from base_resolution
where entity = 'track' and id not in (select id from loaded where entity = 'track');

insert into res_credit select track_id, artist_id from row_credit where role = 'main' and track_id in (from altered_track);
insert into res_credit
with number as (
  select artist_no, artist_id from base_artist where artist_id in (select id from near_name where entity = 'artist')
), clustered as (
  select id from settled_cluster union select same_as from settled_cluster union select id from loaded where entity = 'track'
)
select t.track_id, n.artist_id
from (
  select track_id, unnest(artist_nos) as artist_no from base_track
  where track_id in (select id from clustered except from altered_track)
    and (select count(*) > 0 from number)
) t join number n using (artist_no);
