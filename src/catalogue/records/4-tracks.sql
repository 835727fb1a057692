-- Tracks, their genres and counts.
insert into row_track by name
with credit as (
  select track_id, string_agg(name, ', ' order by ordinal) as names from record_credit
  where role = 'main' and name <> ''
    and track_id in (select track_id from live_record where coalesce(clean(artist_credit), '') = '')
  group by track_id
)
select
  r.track_id, coalesce(clean(r.title), '') as title, 'record' as title_source,
  coalesce(nullif(clean(r.artist_credit), ''), c.names) as artist_credit,
  case when r.release_key <> '' then entity_id('album:' || source, r.release_key) end as album_id,
  case when disc_no between 1 and 65535 then disc_no end::usmallint as disc_no,
  case when track_no between 1 and 65535 then track_no end::usmallint as track_no,
  case when duration_ms between 1 and 4294967295 then duration_ms end::uinteger as duration_ms,
  case when duration_ms between 1 and 4294967295 then false end as duration_exact,
  d.date as release_date, d.precision as date_precision,
  explicit, nullif(clean(language), '') as language, case when market_count between 0 and 65535 then market_count end::usmallint as market_count,
  r.danceability, r.energy, r.loudness_db, r.speechiness, r.acousticness, r.instrumentalness, r.liveness, r.valence, r.tempo_bpm,
  r.key, r.mode, r.time_signature, null::varchar as feature_tool, r.accession
from featured_record r
left join credit c using (track_id)
left join record_date d on d.text = clean(r.release_date);

insert into row_listen by name
select track_id, accession, plays, null::varchar as until from live_record where plays >= 0;

insert into row_track_genre by name
with listed as (
  select track_id, accession, unnest(genres) as genre, generate_subscripts(genres, 1) as ordinal from live_record
), once as (
  select track_id, accession, clean(genre) as genre, min(ordinal) as ordinal from listed where clean(genre) <> '' group by all
)
select track_id, row_number() over (partition by track_id order by ordinal, genre)::integer as position, genre, accession from once;
