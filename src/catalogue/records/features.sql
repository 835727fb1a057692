create table record_feature as
with said as (
  select track_id, unnest(features).name as name, unnest(features).value as value from live_record where len(features) > 0
)
select
  track_id,
  max(value) filter (name = 'danceability')::float as danceability,
  max(value) filter (name = 'energy')::float as energy,
  max(value) filter (name in ('loudness', 'loudness_db'))::float as loudness_db,
  max(value) filter (name = 'speechiness')::float as speechiness,
  max(value) filter (name = 'acousticness')::float as acousticness,
  max(value) filter (name = 'instrumentalness')::float as instrumentalness,
  max(value) filter (name = 'liveness')::float as liveness,
  max(value) filter (name = 'valence')::float as valence,
  max(value) filter (name in ('tempo', 'tempo_bpm') and value > 0)::float as tempo_bpm,
  max(value) filter (name = 'key' and value between 0 and 11)::utinyint as key,
  max(value) filter (name = 'mode' and value between 0 and 1)::utinyint as mode,
  max(value) filter (name = 'time_signature' and value between 0 and 255)::utinyint as time_signature
from said where isfinite(value) group by track_id;
