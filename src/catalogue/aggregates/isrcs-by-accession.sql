-- ISRCs by the accessions whose tracks have them (ids in order, with spaces between). Most segments are of one accession:
-- then the runs of equal ISRCs are counted; else the ISRCs that two accessions can share are grouped.
with accession_count as (
  select count(distinct accession) as accessions from segment
), run as (
  select accession from (select accession, isrc, lag(isrc) over () as previous from segment)
  where isrc is distinct from previous and (select accessions from accession_count) = 1
), span as (
  select isrc, min(accession) as first, max(accession) as last, count(*) as tracks from segment
  where (select accessions from accession_count) > 1
  group by isrc
), many as (
  select string_agg(distinct accession, ' ' order by accession) as accessions
  from segment where isrc in (select isrc from span where first <> last and tracks > 2)
  group by isrc
), named as (
  select accession as accessions, count(*) as isrcs from run group by all
  union all
  select if(first = last, first, first || ' ' || last), count(*) from span where first = last or tracks = 2 group by all
  union all
  select accessions, count(*) from many group by all
)
select accessions, sum(isrcs) as isrcs
from named
group by all
