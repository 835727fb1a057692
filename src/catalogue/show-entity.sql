-- album
select a.*, l.name as label from album a left join label l using (label_id) where a.album_id = $id::ubigint;

-- album tracks
with chosen as (
  select * from track where album_no = (select album_no from segment_album where album_id = $id::ubigint)
  order by disc_no nulls last, track_no nulls last, track_id limit $limit::integer
),
named as (
  select c.track_id, string_agg(a.name, ', ' order by c.position) as artist
  from (select track_id, unnest(artist_nos) as artist_no, generate_subscripts(artist_nos, 1) as position from chosen) c
  join segment_artist a using (artist_no) group by c.track_id
)
select c.track_id, c.title, coalesce(c.artist_credit, n.artist) as artist, c.disc_no, c.track_no, c.duration_ms,
  c.popularity, c.isrc
from chosen c left join named n using (track_id)
order by c.disc_no nulls last, c.track_no nulls last, c.track_id;

-- album gain
select album_gain_db as gain_db, album_peak as peak, album_tracks as tracks from segment_replay_gain
where album_gain_db is not null and track_id in (
  select track_id from segment_track where album_no = (select album_no from segment_album where album_id = $id::ubigint)
)
limit 1;

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
),
found as (select * from track where track_id in (from chosen)),
names as (
  select c.track_id, string_agg(a.name, ', ' order by c.position) as artist
  from (select track_id, unnest(artist_nos) as artist_no, generate_subscripts(artist_nos, 1) as position from found) c
  join segment_artist a using (artist_no) group by c.track_id
)
select t.track_id, t.title, coalesce(t.artist_credit, n.artist) as artist, t.disc_no, t.track_no, t.duration_ms,
  t.popularity, t.isrc
from found t left join names n using (track_id)
order by t.popularity desc nulls last, t.track_id;

-- identifiers
select scheme, value, raw, valid, reason, accession from identifier
where entity = $entity and entity_id = $id::ubigint order by scheme, value nulls last, raw;
