-- The tracks of one stretch of the catalogue with all that their value and sizes come from. In: `known_track`. Variables:
-- those of the policy.
create temp view candidate as
select
  track_id, popularity, artist_nos, album_no, language, is_held, original_open, copy_open, original_blocks, copy_blocks,
  -- A missing length of an assumed file is the policy's.
  coalesce(nullif(duration_ms, 0), getvariable('assumed_duration_ms')) as assumed_ms,
  case
    when plays > 0 then plays::double
    when plays = 0 then getvariable('zero_listens')::double
    else getvariable('unknown_listens')::double
  end as listens,
  case when popularity is null then getvariable('unknown_is_original') else popularity > getvariable('original_above') end as wants_original
from known_track;
