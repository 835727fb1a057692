-- album
select a.*, l.name as label from album a left join label l using (label_id) where a.album_id = $id::ubigint;

-- album tracks
select track_id, title, artist_credit as artist, disc_no, track_no, duration_ms, popularity, isrc
from track where album_no = (select album_no from segment_album where album_id = $id::ubigint)
order by disc_no nulls last, track_no nulls last, track_id limit $limit::integer;

-- artist
select * from artist where artist_id = $id::ubigint;

-- artist genres
select genre from artist_genre where artist_id = $id::ubigint order by position;

-- artist tracks
with named as (select artist_no from segment_artist where artist_id = $id::ubigint),
credited as (select track_id from segment_credit where artist_no = (from named)),
chosen as (
  select track_id from segment_track
  where list_contains(artist_nos, (from named)) or track_id in (from credited)
  order by popularity desc nulls last, track_id limit $limit::integer
)
select t.track_id, t.title, t.artist_credit as artist, t.disc_no, t.track_no, t.duration_ms, t.popularity, t.isrc
from track t where t.track_id in (from chosen)
order by t.popularity desc nulls last, t.track_id;

-- identifiers
select scheme, value, raw, valid, reason, accession from identifier
where entity = $entity and entity_id = $id::ubigint order by scheme, value nulls last, raw;
