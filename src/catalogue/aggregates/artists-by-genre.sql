-- Artists by genre; an artist has several. `leading` counts those for whom it is the first.
select genre, count(*) as artists, count(*) filter (position = 1) as leading
from segment
group by all
