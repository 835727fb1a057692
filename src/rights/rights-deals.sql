-- The deals that are for the recordings of which files are held, into `rights_deal`. In: the tables of a snapshot, and
-- `deal_fact`, `deal_release`, `deal_track` from the accessions, with their place in the order (`ord`). A message is about
-- a recording by its ISRC. Of a release the newest accession of its source speaks.
create table rights_deal as
with newest as (
  select source, release_key, max(ord) as ord from deal_release group by source, release_key
), held as (
  select h.track_id, h.duration_ms, i.value as isrc, count(*) over (partition by h.track_id) as codes
  from holding h join identifier i on i.entity = 'track' and i.entity_id = h.track_id
  where i.scheme = 'isrc' and i.valid
), deal as (
  select d.*, upper(regexp_replace(d.isrc, '[^A-Za-z0-9]', '', 'g')) as code
  from deal_fact d join newest using (source, release_key, ord)
)
select
  held.track_id, d.message_id, coalesce(d.sender, '') as sender, d.recipients, d.territories, d.excluded_territories,
  d.use_types, d.commercial_models, d.start_date, d.end_date, d.is_takedown, d.conditions, d.evidence_sha256,
  d.accession,
  -- A file with one code, which lasts as long as the recording: else the code may be another recording's.
  held.codes = 1 and coalesce(abs(held.duration_ms - t.duration_ms) <= 5000, false) as is_sure
from deal d
join held on held.isrc = d.code
left join deal_track t on t.ord = d.ord and t.track_id = d.track_id;
