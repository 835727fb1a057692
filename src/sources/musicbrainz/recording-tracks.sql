-- Recordings that stand on no release.
select
  fact_track_id(id) as track_id,
  id as key,
  'track' as status,
  nullif(title, '') as title,
  credit_text("artist-credit") as artist_credit,
  all_credits("artist-credit", relations) as credits,
  length as duration_ms,
  coalesce(isrcs, []) as isrcs,
  [{'scheme': 'mbid-recording', 'value': id}] as identifiers,
  nullif("first-release-date", '') as release_date
from document
