-- An album whose tracks are all of one artist is that artist's.
select
  album_id as release_key,
  min(album_title) as title,
  case when count(distinct artist_name) = 1 then min(artist_name) end as artist_credit,
  case when count(distinct artist_id) = 1 and count(distinct artist_name) = 1
    then [{'name': min(artist_name), 'role': 'main', 'key': min(artist_id)}] end as credits,
  min(album_date) as release_date,
  min(album_type) as release_type
from fma_track
where album_id is not null
group by album_id
order by try_cast(album_id as bigint)
