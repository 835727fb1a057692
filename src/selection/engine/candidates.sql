-- The tracks of one stretch of the catalogue with all that their value and sizes come from. In: `known_track`, and for the
-- rules `artist_fact` and `album_fact` (one row with a list by number each). Variables: those of the policy.
create view candidate as
select
  track_id, popularity, artist_nos, album_no, language, mark, is_held,
  coalesce(original_open, false) as original_open, coalesce(copy_open, false) as copy_open,
  -- Assumed files have half a block of padding for each of JSON and audio, and no tags.
  case
    when is_held then original_blocks
    when getvariable('assumes') then round(assumed_ms * getvariable('assumed_original_blocks_per_ms') + 8)
  end as original_blocks,
  case
    when is_held then copy_blocks
    when getvariable('assumed_copy') then round(assumed_ms * getvariable('assumed_copy_blocks_per_ms') + 16)
  end as copy_blocks,
  case
    when plays > 0 then plays::double
    when plays = 0 then getvariable('zero_listens')::double
    else getvariable('unknown_listens')::double
  end as listens,
  case when popularity is null then getvariable('unknown_is_original') else popularity > getvariable('original_above') end as wants_original
from known_track;
