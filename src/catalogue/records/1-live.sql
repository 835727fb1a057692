-- What the records say now: of each key the newest row. In: views `record_<table>` with `seq` (accession, then row).
create table live_record_at as
select track_id, max(seq) as seq from record_tracks group by track_id;

create view live_record as
select r.* from record_tracks r join live_record_at l using (track_id, seq) where r.status = 'track';

create view live_release as
with newest as (select source, release_key, max(seq) as seq from record_releases where release_key is not null group by all)
select r.* from record_releases r join newest using (source, release_key, seq);

create view live_artist as
with newest as (select source, artist_key, max(seq) as seq from record_artists where artist_key is not null group by all)
select r.* from record_artists r join newest using (source, artist_key, seq);

create view live_label as
with newest as (select source, label_key, max(seq) as seq from record_labels where label_key is not null group by all)
select r.* from record_labels r join newest using (source, label_key, seq);

create table record_credit as
with listed as (
  select track_id, source, accession, unnest(credits) as credit, generate_subscripts(credits, 1) as ordinal
  from live_record
)
select
  track_id, source, accession, ordinal, clean(credit.name) as name, coalesce(credit.role, 'main') as role,
  nullif(credit.key, '') as key
from listed where clean(credit.name) <> '' or credit.key <> '';

create table record_code as
with code as (
  select 'track' as entity, track_id as id, source, accession, 'isrc' as scheme, unnest(isrcs) as raw, generate_subscripts(isrcs, 1) as ordinal
  from live_record
  union all
  select 'track', track_id, source, accession, unnest(identifiers).scheme, unnest(identifiers).value, generate_subscripts(identifiers, 1)
  from live_record
  union all
  select 'album', entity_id('album:' || source, release_key), source, accession, 'gtin', barcode, 0 from live_release where barcode is not null
  union all
  select 'album', entity_id('album:' || source, release_key), source, accession, 'catalogue-number', unnest(catalogue_numbers), generate_subscripts(catalogue_numbers, 1)
  from live_release
  union all
  select 'album', entity_id('album:' || source, release_key), source, accession, unnest(identifiers).scheme, unnest(identifiers).value, generate_subscripts(identifiers, 1)
  from live_release
  union all
  select 'artist', entity_id('artist:' || source, artist_key), source, accession, unnest(identifiers).scheme, unnest(identifiers).value, generate_subscripts(identifiers, 1)
  from live_artist
  union all
  select 'label', entity_id('label:' || source, label_key), source, accession, unnest(identifiers).scheme, unnest(identifiers).value, generate_subscripts(identifiers, 1)
  from live_label
)
select entity, id, accession, scheme, left(trim(raw), 256) as raw, ordinal
from code where trim(raw) <> '' and scheme <> '';

-- Codes that are canonical already need no parser.
create macro is_canonical(scheme, raw) as case
  when scheme = 'isrc' then regexp_full_match(raw, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}')
  when starts_with(scheme, 'mbid-') or scheme = 'acoustid'
    then regexp_full_match(raw, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}') and raw <> '00000000-0000-0000-0000-000000000000'
  else false end;
