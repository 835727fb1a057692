-- One row for every track that the release speaks of: packed, planned, or both.
-- In: sealed (the entry in a shard that stands for a track), planned (the current plan), verdict (the gate, now),
-- held_back (shards that a gradual release does not give out yet).
create table draft as
with known as (
  select
    v.*,
    s.shard,
    s.disposition as sealed_as,
    p.disposition as planned_as,
    p.reason as planned_reason,
    -- The plan may have changed since the track was packed: what is kept as metadata only is not released.
    s.track_id is not null and coalesce(p.disposition, s.disposition) <> 'metadata-only' as is_kept,
    is_kept and h.shard is null as has_bytes
  from verdict v
  left join sealed s on s.track_id = v.track_id
  left join held_back h on h.shard = s.shard
  left join planned p on p.track_id = v.track_id
)
select
  track_id,
  id,
  case
    when not open then 'withheld'
    -- An access copy is another format than was received, which a licence may not allow.
    when has_bytes and sealed_as = 'access-copy' and not derive then 'withheld'
    when has_bytes then 'released'
    else 'metadata-only'
  end as state,
  case
    when not open then reason
    when has_bytes and sealed_as = 'access-copy' and not derive then 'no-right-to-derive'
    when has_bytes and planned_as is null then 'not-in-plan'
    when has_bytes and planned_as <> sealed_as then 'packed-for-an-earlier-plan'
    when is_kept and not has_bytes then 'not-released-yet'
    when not has_bytes and planned_as <> 'metadata-only' then 'not-packed'
    else planned_reason
  end as reason,
  licence,
  attribution,
  shard as source_shard
from known;
