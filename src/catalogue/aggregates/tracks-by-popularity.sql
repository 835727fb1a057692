-- Tracks by whole points of popularity; null: nobody has counted.
select floor(popularity)::integer as popularity, count(*) as tracks, sum(plays) as plays
from segment
group by all
