-- Identifiers: attributes, never keys. What is malformed stays as it was written, with the reason, and is not used.
insert into row_identifier by name
with said as (
  select t.track_id, t.accession, t.ordinal, p.part, p.entity, p.scheme, p.value, p.raw, p.reason
  from live_tag t join parsed_identifier p on p.key = t.key and p.tag_value = t.value
), placed as (
  select 'track' as entity, s.track_id as entity_id, scheme, value, raw, reason, accession, ordinal, part
  from said s where entity = 'track'
  union all
  select 'album', m.album_id, s.scheme, s.value, s.raw, s.reason, s.accession, s.ordinal, s.part
  from said s join album_member m using (track_id) where s.entity = 'album'
  union all
  select 'artist', a.artist_id, 'mbid-artist', a.mbid, a.mbid, null, a.accession, 0, 0
  from named_artist a where a.mbid is not null
)
select
  entity, entity_id, scheme, value, raw, reason, accession,
  -- Ids of artists and albums come from many tracks: of these the order is that of their text.
  case when entity = 'track' then least(ordinal, 1000000) * 1000 + least(part, 999) else 0 end as ordinal
from placed
qualify row_number() over (
  partition by entity, entity_id, scheme, coalesce(value, chr(0) || raw) order by accession, ordinal, part, raw
) = 1;
