-- Texts under which changed entities, and those that they reach, were or are found.
create table text_track as
select id, title, artist_credit, duration_ms from reach_track
union all select track_id, title, artist_credit, duration_ms from old_track
union all select track_id, title, artist_credit, duration_ms from row_track;

create table near_ms as
select distinct duration_ms // 2000 + unnest([-1, 0, 1]) as step from (select distinct duration_ms::integer as duration_ms from text_track);

create table known_artist as
select artist_id, name from base_artist
where artist_id not in (select id from replaced_entity where entity = 'artist')
union all select artist_id, name from row_artist;
create table known_label as
select label_id, name from base_label
where label_id not in (select id from replaced_entity where entity = 'label')
union all select label_id, name from row_label;
