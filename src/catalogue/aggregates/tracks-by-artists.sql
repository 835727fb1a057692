-- Tracks by the number of their main artists.
select len(artist_nos)::integer as artists, count(*) as tracks
from segment
group by all
