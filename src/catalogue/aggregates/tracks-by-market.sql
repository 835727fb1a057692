-- Tracks by the number of markets they are sold in, and those of them with popularity 10 and more.
select market_count::integer as markets, count(*) as tracks, count(*) filter (popularity >= 10) as popular_tracks
from segment
group by all
