-- Tracks by length in seconds (to the nearest), in whole minutes from twenty minutes, at most one day; null: not known.
select
  case when seconds < 1200 then seconds when seconds < 86400 then seconds // 60 * 60 when seconds is not null then 86400 end as seconds,
  count(*) as tracks
from (select ((duration_ms::bigint + 500) // 1000)::integer as seconds from segment)
group by all
