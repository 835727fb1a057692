-- Features by name. Without unnesting: a million tracks have ten million of them.
create macro said_value(names, said, name) as said[list_position(names, name)];

create view featured_record as
with listed as (
  select * replace (list_filter(features, f -> isfinite(f.value)) as features) from live_record
), split as (
  select
    * exclude (key, features), list_transform(features, f -> f.name) as names, list_transform(features, f -> f.value) as said
  from listed
)
select
  * exclude (names, said),
  said_value(names, said, 'danceability')::float as danceability,
  said_value(names, said, 'energy')::float as energy,
  coalesce(said_value(names, said, 'loudness'), said_value(names, said, 'loudness_db'))::float as loudness_db,
  said_value(names, said, 'speechiness')::float as speechiness,
  said_value(names, said, 'acousticness')::float as acousticness,
  said_value(names, said, 'instrumentalness')::float as instrumentalness,
  said_value(names, said, 'liveness')::float as liveness,
  said_value(names, said, 'valence')::float as valence,
  case when coalesce(said_value(names, said, 'tempo'), said_value(names, said, 'tempo_bpm')) > 0 then coalesce(said_value(names, said, 'tempo'), said_value(names, said, 'tempo_bpm')) end::float as tempo_bpm,
  case when said_value(names, said, 'key') between 0 and 11 then said_value(names, said, 'key') end::utinyint as key,
  case when said_value(names, said, 'mode') between 0 and 1 then said_value(names, said, 'mode') end::utinyint as mode,
  case when said_value(names, said, 'time_signature') between 0 and 255 then said_value(names, said, 'time_signature') end::utinyint as time_signature
from split;
