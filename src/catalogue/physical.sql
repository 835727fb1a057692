-- From `row_…` to the tables as they stand on disk: dense numbers for artists and albums, packed ISRCs. In: `row_…`,
-- `given_…`, `next_number`, `track_popularity`. Out: views `physical_<table>`.
create table artist_number as
select artist_id, artist_no from given_artist
union all
select artist_id, ((select artist_no from next_number) + row_number() over (order by artist_id) - 1)::uinteger
from row_artist where artist_id not in (select artist_id from given_artist);

create table album_number as
select album_id, album_no from given_album
union all
select album_id, ((select album_no from next_number) + row_number() over (order by album_id) - 1)::uinteger
from row_album where album_id not in (select album_id from given_album);

create view physical_credit as
select c.track_id, c.role, c.position, n.artist_no, c.accession
from row_credit c join artist_number n using (artist_id)
where c.role <> 'main';

create table track_isrc as
select entity_id as track_id, isrc_pack(value) as isrc, min(ordinal) as ordinal, arg_min(accession, ordinal) as accession
from row_identifier
where entity = 'track' and scheme = 'isrc' and value is not null
group by all;

create view physical_isrc as
select i.isrc, p.popularity, i.track_id, i.accession
from track_isrc i left join track_popularity p using (track_id);

create view physical_identifier as
select scheme, value, nullif(raw, value) as raw, entity, entity_id, reason, accession
from row_identifier
where not (entity = 'track' and scheme = 'isrc' and value is not null);

create view physical_album as
with gtins as (
  select entity_id as album_id, arg_min(value::ubigint, (ordinal, value)) as gtin
  from row_identifier
  where entity = 'album' and scheme = 'gtin' and value is not null
  group by entity_id
)
select n.album_no, a.*, g.gtin
from row_album a join album_number n using (album_id) left join gtins g using (album_id);

create view physical_artist as
select n.artist_no, a.* from row_artist a join artist_number n using (artist_id);

create view physical_artist_genre as
select n.artist_no, g.position, g.genre, g.accession from row_artist_genre g join artist_number n using (artist_id);

create view physical_track as
with numbered as (
  select c.track_id, c.position, n.artist_no
  from row_credit c join artist_number n using (artist_id)
  where c.role = 'main'
), several as (
  select track_id from row_credit where role = 'main' and position > 1
), main as (
  -- Most tracks have one artist: an ordered list of each costs more than the rest of the row.
  select track_id, [artist_no] as artist_nos from numbered where track_id not in (from several)
  union all
  select track_id, list(artist_no order by position) from numbered where track_id in (from several) group by track_id
), first_isrc as (
  select track_id, arg_min(isrc, (ordinal, isrc)) as isrc from track_isrc group by track_id
)
select
  t.* exclude (album_id, release_date, date_precision),
  coalesce(m.artist_nos, []) as artist_nos, n.album_no,
  case when t.title_source = 'record' or t.release_date is distinct from a.release_date then t.release_date end as release_date,
  case when t.title_source = 'record' or t.release_date is distinct from a.release_date then t.date_precision end as date_precision,
  p.popularity, p.plays, i.isrc
from row_track t
left join main m using (track_id)
left join album_number n on n.album_id = t.album_id
left join row_album a on a.album_id = t.album_id
left join first_isrc i on i.track_id = t.track_id
left join track_popularity p on p.track_id = t.track_id;

create view physical_track_genre as select * from row_track_genre;
create view physical_listen as select * from row_listen;
create view physical_label as select * from row_label;
create view physical_holding as select * from row_holding;
create view physical_tag as select * from row_tag;
create view physical_replay_gain as select * from row_replay_gain;
create view physical_document as select * from row_document;
create view physical_package_file as select * from row_package_file;
create view physical_resolution as select * from row_resolution;
create view physical_conflict as select * from row_conflict;
create view physical_redirect as select * from row_redirect;
