-- Whose rows are computed anew: the artists and labels that changed records name or named otherwise, the albums they
-- are or were on.
create table touched_artist as
with named as (
  select source, name, key from record_credit where track_id in (select track_id from recredited_track)
  union all select source, name, key from former_credit where is_changed
)
select source, coalesce(key, name_key(coalesce(f.folded, fold_plain(name)))) as artist_key
from named left join record_fold f on f.text = name
union
select source, artist_key from record_artists where artist_key is not null;

-- What sources called them before, or say of artists, can be others yet.
insert into met_artist
select artist_no, artist_id, name from base_artist
where artist_id in (
  select entity_id('artist:' || source, artist_key) from touched_artist except select artist_id from met_artist
);

create view speaking_artists as
select * from record_artists
union all
select * from former_artists where (source, artist_key) in (select source, artist_key from touched_artist);

create table spelling_credit as
with spelled as (
  select source, key, name from record_credit
  union all select source, key, name from former_credit where not is_changed
), found as (
  select s.*, coalesce(key, name_key(coalesce(f.folded, fold_plain(name)))) as artist_key
  from spelled s left join record_fold f on f.text = s.name
)
select source, key, name from found where (source, artist_key) in (select source, artist_key from touched_artist)
union all
-- Steady tracks spell their artists as these are called.
select t.source, t.artist_key, a.name
from (select source, artist_key, entity_id('artist:' || source, artist_key) as artist_id from touched_artist) t
join met_artist a using (artist_id)
where a.artist_no in (select unnest(artist_nos) from steady);

create table touched_label as
select source, folded from record_label
union
select source, coalesce(f.folded, fold_plain(name)) from former_label left join record_fold f on f.text = name where is_changed;

create table spelling_label as
select source, name, folded from record_label
union all
select source, name, folded from (
  select source, name, coalesce(f.folded, fold_plain(name)) as folded
  from former_label left join record_fold f on f.text = name where not is_changed
) where (source, folded) in (select source, folded from touched_label);

create table album_change as
with moved as (
  select entity_id('album:' || source, release_key) as album_id, source, 1 as tracks from live_record where release_key <> ''
  union all
  select a.album_id, null, -1
  from old_track o join (
    select album_no, album_id from base_album where album_no in (select album_no from old_track)
  ) a using (album_no)
)
select album_id, max(source) as source, sum(tracks)::bigint as tracks from moved group by album_id;

create table said_album as
select distinct entity_id('album:' || source, release_key) as album_id, source from record_releases where release_key is not null;

create table old_album as
select * from base_album
where album_id in (select album_id from album_change where tracks <> 0 union all select album_id from said_album);

-- Albums with a new record, and those that are new: their rows are computed. Of the others only the number of tracks changes.
create table release_tracks as
with wanted as (
  select album_id, source from said_album
  union
  select album_id, source from album_change
  where source is not null and album_id not in (select album_id from old_album) and album_id not in (select album_id from said_album)
    and tracks <> 0
)
select
  w.album_id, coalesce(o.track_count, 0) + coalesce(c.tracks, 0) as track_count, f.accession
from wanted w
left join album_change c on c.album_id = w.album_id
left join old_album o on o.album_id = w.album_id
left join first_accession f on f.source = w.source;
