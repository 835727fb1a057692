with titles as (
  select map(list(genre_id order by genre_id), list(title order by genre_id)) as of_id
  from (select genre_id, min(title) as title from csv_genres where genre_id is not null group by genre_id)
)
select
  fact_track_id(id) as track_id,
  id as key,
  'track' as status,
  album_id as release_key,
  try_cast(disc as integer) as disc_no,
  nullif(try_cast(number as integer), 0) as track_no,
  title,
  artist_name as artist_credit,
  [{'name': c.name, 'role': c.role, 'key': c.key} for c in [
    {'name': artist_name, 'role': 'main', 'key': artist_id},
    {'name': composer, 'role': 'composer', 'key': null},
    {'name': lyricist, 'role': 'lyricist', 'key': null}
  ] if c.name is not null] as credits,
  nullif(duration_ms, 0) as duration_ms,
  [{'scheme': 'fma-track', 'value': id}] as identifiers,
  case explicit when 'Radio-Unsafe' then true when 'Radio-Safe' then false end as explicit,
  language,
  [of_id[g] for g in genre_ids if of_id[g] is not null] as genres,
  try_cast(listens as bigint) as plays,
  licence,
  url
from fma_track, titles
where id is not null
order by try_cast(id as bigint), id
