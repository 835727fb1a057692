-- Popularity 0–100, from the listen counts of all sources: docs/formats/snapshot.md, "Popularity". In: `counted_listen`. Out:
-- `track_popularity`. A count halves in value every 1,461 days (four years) that it ends before the newest date of the catalogue;
-- one without a date counts whole. Scores are whole thousandths, so that their sum does not depend on the order.
create table track_score as
with dated as (
  select
    track_id, plays,
    date_diff('day', try_cast(until as date), max(try_cast(until as date)) over ()) as age_days
  from counted_listen
)
select
  track_id, sum(plays)::bigint as plays,
  sum(case when plays = 0 then 0
    else greatest(1, round(plays::double * 1000 * power(0.5, coalesce(age_days, 0) / 1461.0))) end::hugeint)::double / 1000 as score
from dated group by track_id;

-- The curve: straight in ln(1 + score) between the anchors, which are quantiles of the tracks with a score above 0.
create table popularity_anchor as
with counted as (
  select count(*) as tracks, max(score) as most from track_score where score > 0
), wished as (
  select
    ln(1 + unnest(quantile_disc(score, [0.78, 0.9973, 0.99987]))) as x,
    unnest([0.78, 0.9973, 0.99987]) as quantile, unnest([10.0::double, 50.0, 70.0]) as y
  from track_score where score > 0
), usable as (
  select x, max(y) as y
  from wished, counted
  where tracks * (1 - quantile) >= 1 and x < ln(1 + most)
  group by x
)
select x, y, lead(x) over (order by x) as next_x, lead(y) over (order by x) as next_y
from (
  select 0.0::double as x, 0.0::double as y
  union all select x, y from usable
  union all select ln(1 + most), 100.0 from counted where tracks > 0
);

create table track_popularity as
select
  track_id, plays,
  case
    when score = 0 then 0
    when next_x is null then y
    else greatest(0.1, round(y + (ln(1 + score) - x) / (next_x - x) * (next_y - y), 1))
  end::float as popularity
from track_score asof join popularity_anchor on ln(1 + score) >= x;
