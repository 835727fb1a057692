with file as (
  select metadata as item, unnest($audio_files) as f from document
),
named as (
  select item, f, case when f.artist is not null then texts(f.artist) when f.creator is not null then texts(f.creator)
    else texts(item.creator) end as artists
  from file
)
select
  fact_track_id(item.identifier || '/' || f.name) as track_id,
  item.identifier || '/' || f.name as key,
  'track' as status,
  item.identifier as release_key,
  try_cast(regexp_extract(f.track, '^([0-9]{1,5})(/[0-9]+)?$', 1) as integer) as track_no,
  first_text(f.title) as title,
  nullif(array_to_string(artists, ', '), '') as artist_credit,
  named_credits(artists) as credits,
  length_ms(f.length) as duration_ms,
  [{'scheme': 'ia-item', 'value': item.identifier}] as identifiers,
  texts(item.genre) as genres,
  first_text(item.licenseurl) as licence,
  'https://archive.org/details/' || item.identifier as url
from named
