-- Features by name. Without unnesting: a million tracks have ten million of them.
create macro said_value(names, said, name) as said[list_position(names, name)];

create macro featured_record(records) as table
with listed as (
  select * replace (list_filter(features, f -> isfinite(f.value)) as features) from query_table(records)
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

-- The row of a track, as far as its record alone says it, with whatever else there is in `records`.
create macro told_row(records) as table
select
  r.* exclude (status, credits, isrcs, identifiers, genres, plays, licence, url) replace (
    coalesce(clean(r.title), '') as title,
    coalesce(nullif(clean(r.artist_credit), ''), case
      when len(r.credits) = 1 and coalesce(r.credits[1].role, 'main') = 'main' then nullif(clean(r.credits[1].name), '')
    end) as artist_credit,
    case when disc_no between 1 and 65535 then disc_no end::usmallint as disc_no,
    case when track_no between 1 and 65535 then track_no end::usmallint as track_no,
    case when duration_ms between 1 and 4294967295 then duration_ms end::uinteger as duration_ms,
    d.date as release_date, nullif(clean(language), '') as language,
    case when market_count between 0 and 65535 then market_count end::usmallint as market_count
  ),
  'record' as title_source, case when r.duration_ms between 1 and 4294967295 then false end as duration_exact,
  d.precision as date_precision, null::varchar as feature_tool
from featured_record(records) r
left join record_date d on d.text = clean(r.release_date);
