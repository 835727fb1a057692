select artist_id as artist_key, min(artist_name) as name
from fma_track
where artist_id is not null
group by artist_id
order by try_cast(artist_id as bigint)
