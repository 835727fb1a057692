-- Tracks by genre; a track has several. `leading` counts those for which it is the first.
select genre, count(*) as tracks, count(*) filter (position = 1) as leading
from segment
group by all
