-- What the sources said before, of the sources that say something new. In: `former_…` (the records before), `recredited_track`.
create table former_credit as
with newest as (
  select track_id, max(seq) as seq from former_tracks
  where track_id not in (select track_id from told_track) or track_id in (select track_id from recredited_track)
  group by track_id
), listed as (
  select f.track_id, f.source, unnest(f.credits) as credit
  from former_tracks f join newest using (track_id, seq)
  where f.status = 'track'
)
select distinct
  track_id in (select track_id from recredited_track) as is_changed, source, clean(credit.name) as name,
  nullif(credit.key, '') as key
from listed where clean(credit.name) <> '' or credit.key <> '';

create table former_label as
with newest as (
  select source, release_key, max(seq) as seq from former_releases where release_key is not null group by all
)
select distinct
  (f.source, f.release_key) in (select source, release_key from record_releases) as is_changed, f.source, clean(f.labels[1]) as name
from former_releases f join newest using (source, release_key, seq)
where clean(f.labels[1]) <> '' and clean(f.title) <> '';
