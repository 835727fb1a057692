-- The tracks of one stretch of the catalogue with all that their value and sizes come from. In: `track_range` (rows of
-- `segment_track`), `held`, `mark` (kind 1: duplicate by ISRC, 2: duplicate recording, 3: floor), `artist_fact` and
-- `album_fact` (one row with a list by number each). Variables: those of the policy, range_first and range_last.
create macro marked(of_kind) as table (
  select track_id from mark where kind = of_kind and track_id between getvariable('range_first') and getvariable('range_last')
);

create view candidate as
with joined as (
  select
    t.track_id, t.popularity, t.plays, t.artist_nos, t.album_no, t.language,
    -- A missing length of an assumed file is the policy's.
    coalesce(nullif(t.duration_ms, 0), getvariable('assumed_duration_ms'))::double as assumed_ms,
    -- Asked one by one, because that leaves the rows in their order, which a left join does not.
    case
      when t.track_id in (from marked(1)) then 1
      when t.track_id in (from marked(2)) then 2
      when t.track_id in (from marked(3)) then 3
    end as mark,
    h.track_id is not null as is_held, h.original_blocks, h.copy_blocks, h.original_open, h.copy_open
  from track_range t
  left join (from held where track_id between getvariable('range_first') and getvariable('range_last')) h using (track_id)
)
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
from joined;
