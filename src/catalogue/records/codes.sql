-- Artists, labels, and all codes. In: `speaking_artists`, the records of the artists that are computed.
create view live_artist as
with newest as (select source, artist_key, max(seq) as seq from speaking_artists where artist_key is not null group by all)
select r.* from speaking_artists r join newest using (source, artist_key, seq);

create view live_label as
with newest as (select source, label_key, max(seq) as seq from record_labels where label_key is not null group by all)
select r.* from record_labels r join newest using (source, label_key, seq);

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
