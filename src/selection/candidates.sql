-- One row for each track of the snapshot, with all that selection has to know of it.
with isrcs as (
  select entity_id as track_id, list(distinct value order by value) as isrcs
  from identifier
  where entity = 'track' and scheme = 'isrc' and valid
  group by entity_id
), artists as (
  select track_id, list(distinct artist_id order by artist_id) as artist_ids
  from track_artist
  where role = 'main'
  group by track_id
), tags as (
  -- As in the track's JSON: quotes, commas and brackets of a pair take seven bytes.
  select track_id, sum(strlen(key) + strlen(value) + 7)::bigint as tag_bytes
  from tag
  group by track_id
)
select
  t.track_id, t.plays, t.popularity, a.artist_ids, i.isrcs, coalesce(g.tag_bytes, 0) as tag_bytes,
  h.size_bytes, h.codec, h.sample_rate_hz, h.channels, h.bits_per_sample, h.duration_ms, h.duration_exact,
  h.bitrate_kbps
from track t
left join holding h using (track_id)
left join isrcs i using (track_id)
left join artists a using (track_id)
left join tags g using (track_id)
order by t.track_id
