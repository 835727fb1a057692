-- ISRCs by the number of tracks that have them and by the popularity of the most popular of these (whole points). The rows
-- of a segment stand sorted by ISRC, then popularity, and all rows of an ISRC stand in one segment: runs are counted.
with numbered as (
  select row_number() over () as place, isrc, lag(isrc) over () as previous, popularity from segment
), run as (
  select lead(place) over () as next, place, popularity from numbered where isrc is distinct from previous
)
select
  (coalesce(next, (select count(*) + 1 from segment)) - place)::integer as tracks, floor(popularity)::integer as popularity,
  count(*) as isrcs
from run
group by all
