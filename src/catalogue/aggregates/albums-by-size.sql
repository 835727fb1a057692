-- Albums by type and number of tracks (at most 1000).
select album_type, least(track_count, 1000)::integer as tracks, count(*) as albums
from segment
group by all
