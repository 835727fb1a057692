-- The track table of a release. In: draft, sealed, moved (new places of tracks in shards that were rewritten),
-- described (what the catalogue says of tracks without stored bytes). Out: track_row, with the columns of the format.
create table track_row as
select
  d.track_id,
  d.id,
  d.state,
  d.reason,
  coalesce(m.shard, s.shard) as shard,
  coalesce(m.offset_bytes, s.offset_bytes) as offset_bytes,
  s.size_bytes,
  coalesce(m.json_offset_bytes, s.json_offset_bytes) as json_offset_bytes,
  s.json_size_bytes,
  s.json_sha256,
  s.ext,
  s.sha256,
  s.original_sha256,
  s.original_size_bytes,
  s.payload_sha256,
  s.payload_method,
  s.codec,
  s.bitrate_kbps,
  s.sample_rate_hz,
  s.channels,
  coalesce(s.duration_ms, c.duration_ms) as duration_ms,
  s.decoded_samples,
  case d.state when 'released' then s.disposition when 'metadata-only' then 'metadata-only' end as disposition,
  coalesce(s.title, c.title) as title,
  coalesce(s.artist, c.artist) as artist,
  coalesce(s.album, c.album) as album,
  coalesce(s.isrc, c.isrc, case when d.state <> 'withheld' then []::varchar[] end) as isrc,
  case when d.state <> 'withheld' then d.licence end as licence,
  s.integrated_lufs,
  s.sample_peak_dbfs,
  case when d.state <> 'withheld' then d.attribution end as attribution
from draft d
left join sealed s on s.track_id = d.track_id and d.state = 'released'
left join moved m on m.track_id = d.track_id and d.state = 'released'
left join described c on c.track_id = d.track_id and d.state = 'metadata-only';
