-- Artists by whole points of popularity, with their followers; null: nobody has counted.
select floor(popularity)::integer as popularity, count(*) as artists, sum(followers) as followers
from segment
group by all
