-- GTINs by the number of albums that have them. The first and the last GTIN of a segment may go on in its neighbours: these
-- stand by their value with the rows here, the others by their number of albums.
with run as (
  select value, count(*) as albums from segment where scheme = 'gtin' and entity = 'album' and value is not null group by value
), ends as (select min(value) as first, max(value) as last from run)
select
  case when value in (first, last) then value end as value, case when value not in (first, last) then albums end as albums,
  count(*) as gtins, sum(run.albums) as rows
from run, ends
group by all
