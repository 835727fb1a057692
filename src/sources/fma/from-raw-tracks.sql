-- raw_tracks.csv alone, with the dates and types of raw_albums.csv.
create table fma_track as
select
  r.track_id as id,
  r.track_title as title,
  r.track_number as number,
  r.track_disc_number as disc,
  clock_ms(r.track_duration) as duration_ms,
  r.track_listens as listens,
  r.track_language_code as language,
  coalesce(r.license_url, r.license_title) as licence,
  r.track_url as url,
  r.track_explicit as explicit,
  r.track_composer as composer,
  r.track_lyricist as lyricist,
  regexp_extract_all(coalesce(r.track_genres, ''), '''genre_id'': ''([0-9]+)''', 1) as genre_ids,
  real_id(r.album_id) as album_id,
  r.album_title,
  a.album_type,
  strftime(try_strptime(a.album_date_released, '%m/%d/%Y'), '%Y-%m-%d') as album_date,
  real_id(r.artist_id) as artist_id,
  r.artist_name
from csv_raw_tracks r
left join (select * from csv_raw_albums qualify row_number() over (partition by album_id) = 1) a using (album_id)
