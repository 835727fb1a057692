-- The steps of each track under the rule `published`: popularity above 0 first, by popularity, as originals; then the rest
-- by priority, as access copies. One step a track. Buckets: thousandths of popularity above all of priority, which is cut
-- at a 16,384th.
create view offer as
with ranked as (
  select
    c.*, c.listens as value,
    coalesce(c.popularity, 0) > 0 as is_popular,
    list_max(list_transform(c.artist_nos, number -> artists.score[number])) as artist_score,
    albums.popularity[c.album_no] as album_popularity
  from candidate c, artist_fact artists, album_fact albums
), scored as (
  -- max_artist.popularity/100 + album.popularity/100 + log10(min(1e8, max_artist.followers + 1))/8: an artist's score holds
  -- thousandths of the popularity in front of the point and the term of the followers behind it.
  select
    *,
    coalesce(floor(artist_score) / 100000 + (artist_score - floor(artist_score)) / 0.999::double, 0)
      + coalesce(album_popularity, 0) / 100::double as priority
  from ranked
), step as (
  select
    * replace (is_popular as wants_original),
    original_blocks is not null and (mark is null or mark = 3)
      and (is_popular or priority >= getvariable('priority_cut')) as competes,
    coalesce(copy_blocks <= original_blocks, false) and not is_popular as copy_first
  from scored
)
select
  track_id, popularity, artist_nos, album_no, language, mark, is_held, original_open, copy_open, original_blocks, copy_blocks,
  value, wants_original, copy_first,
  case when copy_first then copy_blocks else original_blocks end as first_blocks,
  case when copy_first then value * getvariable('copy_worth')::double else value end as first_value,
  null::double as second_blocks, null::double as second_value,
  case
    when not competes then null
    when mark = 3 then getvariable('floor_bucket') + floor(priority * 16384)::integer
    when is_popular then 1000000 + floor(popularity * 1000)::integer
    else floor(priority * 16384)::integer
  end as first_bucket,
  null::integer as second_bucket
from step;
