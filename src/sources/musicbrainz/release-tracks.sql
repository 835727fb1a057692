select
  fact_track_id(track.id) as track_id,
  track.id as key,
  'track' as status,
  release_key,
  try_cast(disc_no as integer) as disc_no,
  try_cast(track.position as integer) as track_no,
  coalesce(nullif(track.title, ''), nullif(track.recording.title, '')) as title,
  credit_text(coalesce(track."artist-credit", track.recording."artist-credit")) as artist_credit,
  all_credits(coalesce(track."artist-credit", track.recording."artist-credit"), track.recording.relations) as credits,
  coalesce(track.length, track.recording.length) as duration_ms,
  coalesce(track.recording.isrcs, []) as isrcs,
  [{'scheme': 'mbid-recording', 'value': track.recording.id}, {'scheme': 'mbid-track', 'value': track.id}] as identifiers
from placed
