-- Tracks by whole points of popularity, with their plays, lengths and explicit flags; null: nobody has counted.
select
  floor(popularity)::integer as popularity, count(*) as tracks, count(plays) as counted, sum(plays) as plays,
  count(duration_ms) as timed, sum(duration_ms) as duration_ms, count(explicit) as rated,
  count(*) filter (explicit) as explicit_tracks
from segment
group by all
