-- Tracks by the number of markets they are sold in, and those of them with popularity 10 and more. (Grouped by what stands in
-- the column: that is cheap.)
select market_count::integer as markets, tracks, popular_tracks
from (select market_count, count(*) as tracks, count(*) filter (popularity >= 10) as popular_tracks from segment group by market_count)
