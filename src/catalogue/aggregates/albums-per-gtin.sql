-- GTINs by the number of albums that have them. The rows of a segment stand sorted by GTIN: runs are counted. The first and
-- the last GTIN of a segment may go on in its neighbours: these stand by their value, the others by their number of albums.
with gtin as (
  select row_number() over () as place, value, lag(value) over () as previous
  from segment
  where scheme = 'gtin' and entity = 'album' and value is not null
), run as (
  select lead(place) over () as next, place, value from gtin where value is distinct from previous
), counted as (
  select
    value, place = 1 or next is null as is_end,
    coalesce(next, (select count(*) + 1 from segment where scheme = 'gtin' and entity = 'album' and value is not null)) - place as albums
  from run
)
select case when is_end then value end as value, case when not is_end then albums end as albums, count(*) as gtins, sum(albums) as rows
from counted
group by all
