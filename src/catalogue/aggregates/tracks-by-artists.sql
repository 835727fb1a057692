-- Tracks by the number of their main artists.
select artists::integer as artists, tracks
from (select len(artist_nos) as artists, count(*) as tracks from segment group by all)
