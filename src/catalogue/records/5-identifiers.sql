-- Identifiers: attributes, never keys. What is malformed stays as it was written, with the reason, and is not used.
insert into row_identifier by name
select
  entity, id as entity_id, scheme,
  case when canonical then raw else p.value end as value, raw, case when canonical then null else p.reason end as reason,
  c.ordinal::integer as ordinal, accession
from (select *, is_canonical(scheme, raw) as canonical from record_code) c
left join parsed_code p using (scheme, raw)
-- Without a name there is no row that an identifier could belong to.
where entity = 'track' or (entity, id) in (
  select 'album', album_id from row_album
  union all select 'artist', artist_id from row_artist
  union all select 'label', label_id from row_label
)
qualify row_number() over (
  partition by entity, id, scheme, coalesce(case when canonical then raw else p.value end, chr(0) || raw) order by c.ordinal, raw
) = 1;
