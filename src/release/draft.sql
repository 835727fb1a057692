-- One row for every track that the release speaks of: packed, planned, or both.
-- In: sealed (the entry in a shard that stands for a track), planned (the current plan), verdict (the gate, now).
create table draft as
select
  v.track_id,
  v.id,
  case
    when not v.open then 'withheld'
    when s.track_id is not null and coalesce(p.disposition, s.disposition) <> 'metadata-only' then 'released'
    else 'metadata-only'
  end as state,
  case
    when not v.open then v.reason
    when s.track_id is null and p.disposition <> 'metadata-only' then 'not-packed'
    when p.disposition is null then 'not-in-plan'
    when s.track_id is not null and p.disposition <> 'metadata-only' and p.disposition <> s.disposition then 'packed-for-an-earlier-plan'
    else p.reason
  end as reason,
  v.licence as licence,
  v.attribution as attribution,
  s.shard as source_shard,
  coalesce(p.disposition, s.disposition) as planned_disposition
from verdict v
left join sealed s on s.track_id = v.track_id
left join planned p on p.track_id = v.track_id;
