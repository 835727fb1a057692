-- The credits of the records that are computed. In: `live_record`.
create table record_credit as
with listed as (
  select track_id, source, accession, len(credits) as credits, unnest(credits) as credit, generate_subscripts(credits, 1) as ordinal
  from live_record
)
select
  track_id, source, accession, credits, ordinal, clean(credit.name) as name, coalesce(credit.role, 'main') as role,
  nullif(credit.key, '') as key
from listed where clean(credit.name) <> '' or credit.key <> '';
