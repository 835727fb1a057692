-- tracks.csv, and from raw_tracks.csv what only that has.
create table fma_track as
select
  t.track_id as id,
  t."track.title" as title,
  t."track.number" as number,
  r.track_disc_number as disc,
  try_cast(t."track.duration" as bigint) * 1000 as duration_ms,
  t."track.listens" as listens,
  t."track.language_code" as language,
  coalesce(r.license_url, t."track.license") as licence,
  r.track_url as url,
  r.track_explicit as explicit,
  t."track.composer" as composer,
  t."track.lyricist" as lyricist,
  listed_ids(t."track.genres") as genre_ids,
  real_id(t."album.id") as album_id,
  t."album.title" as album_title,
  t."album.type" as album_type,
  nullif(regexp_extract(t."album.date_released", '^([0-9]{4}-[0-9]{2}-[0-9]{2})', 1), '') as album_date,
  real_id(t."artist.id") as artist_id,
  t."artist.name" as artist_name
from csv_tracks t
left join (select * from csv_raw_tracks qualify row_number() over (partition by track_id) = 1) r using (track_id)
