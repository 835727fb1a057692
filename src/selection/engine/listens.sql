-- The steps of each track under the rule `listens`: up its convex hull, from nothing over the access copy to the original.
-- A step's bucket is its value for a block on a logarithmic scale; see docs/decisions/selection-at-scale.md.
create view offer as
with hull as (
  select
    *,
    original_blocks is not null and (mark is null or mark = 3) as competes,
    -- The copy is on the hull where it gives more for a block than the original does.
    coalesce(copy_blocks <= original_blocks, false)
      and (not wants_original or copy_blocks < original_blocks * getvariable('copy_worth')::double) as copy_first
  from valued
), step as (
  select
    *,
    case when copy_first then copy_blocks else original_blocks end as first_blocks,
    case when copy_first then value * getvariable('copy_worth')::double else value end as first_value,
    case when copy_first and wants_original and getvariable('copy_worth') < 1 then original_blocks - copy_blocks end as second_blocks,
    case when copy_first then value * (1 - getvariable('copy_worth')::double) end as second_value
  from hull
)
select
  track_id, popularity, artist_nos, album_no, language, mark, is_held, original_open, copy_open, original_blocks, copy_blocks,
  value, wants_original, copy_first, first_blocks, first_value, second_blocks, second_value,
  case
    when not competes then null
    else floor(log2(first_value / first_blocks) * getvariable('buckets_per_octave'))::integer
      + case when mark = 3 then getvariable('floor_bucket') else 0 end
  end as first_bucket,
  case when competes and second_blocks > 0 then floor(log2(second_value / second_blocks) * getvariable('buckets_per_octave'))::integer end as second_bucket
from step;
