-- Tracks, their genres and counts.
insert into row_track by name
with credit as (
  select track_id, string_agg(name, ', ' order by ordinal) as names from record_credit
  where role = 'main' and name <> '' and credits > 1
    and track_id in (select track_id from live_record where coalesce(clean(artist_credit), '') = '')
  group by track_id
)
select
  r.* exclude (seq, source, release_key) replace (coalesce(r.artist_credit, c.names) as artist_credit),
  case when r.release_key <> '' then entity_id('album:' || r.source, r.release_key) end as album_id
from told_row('live_record') r
left join credit c using (track_id);

insert into row_listen by name
select track_id, accession, plays, null::varchar as until from told_record where plays >= 0;

insert into row_track_genre by name
with listed as (
  select track_id, accession, unnest(genres) as genre, generate_subscripts(genres, 1) as ordinal from told_record where len(genres) > 0
), once as (
  select track_id, accession, clean(genre) as genre, min(ordinal) as ordinal from listed where clean(genre) <> '' group by all
)
select track_id, row_number() over (partition by track_id order by ordinal, genre)::integer as position, genre, accession from once;
