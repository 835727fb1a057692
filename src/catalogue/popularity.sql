-- Popularity 0–100: the logarithm of the plays beside that of the most played track. No count, no popularity.
create table track_popularity as
with total as (select track_id, sum(plays)::bigint as plays from row_listen group by track_id)
select
  track_id, plays,
  case when max(plays) over () = 0 then 0.0 else 100 * ln(1 + plays) / ln(1 + max(plays) over ()) end as popularity
from total;
