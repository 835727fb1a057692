-- The single steps of a stretch, and what is decided for its tracks. In: `offer`, `extra` (steps beyond the threshold that
-- still fit: track_id, steps). Variables: threshold_bucket, threshold_track, has_budget.
create view step as
select
  track_id, 0::utinyint as rank, first_bucket as bucket, first_bucket, first_blocks as blocks, first_value as value,
  original_open, copy_open, copy_first, original_blocks, copy_blocks
from offer where first_bucket is not null
union all
select
  track_id, 1, second_bucket, first_bucket, second_blocks, second_value, original_open, copy_open, copy_first, original_blocks, copy_blocks
from offer where second_bucket is not null;

-- Of the threshold's own bucket only smaller ids are above it.
create macro is_above(bucket, track_id) as
  bucket >= getvariable('threshold_bucket') + (track_id >= getvariable('threshold_track'))::integer;

create macro beyond(least_steps) as table (
  select track_id from extra where steps >= least_steps and track_id between getvariable('range_first') and getvariable('range_last')
);

create view decision as
with taken as (
  select
    o.*,
    coalesce(is_above(first_bucket, o.track_id), false) or o.track_id in (from beyond(1)) as first_taken,
    coalesce(is_above(second_bucket, o.track_id), false) or o.track_id in (from beyond(2)) as second_taken
  from offer o
), kept as (
  select *, first_taken and copy_first and not second_taken as is_copy from taken
)
select
  track_id,
  case
    when not first_taken then 'metadata-only'::disposition
    when is_copy then 'access-copy'::disposition
    else 'original'::disposition
  end as disposition,
  case
    when original_blocks is null then 'no-holding'::reason
    when mark = 1 then 'duplicate-isrc'::reason
    when mark = 2 then 'duplicate-recording'::reason
    when mark = 4 then 'duplicate-sound'::reason
    when first_bucket is null then 'below-priority-cut'::reason
    when not first_taken then 'budget-exhausted'::reason
    when mark = 3 and not second_taken and getvariable('has_budget') then 'policy-floor'::reason
    when is_copy and wants_original then 'budget-access-copy'::reason
    when is_copy and popularity is null then 'unknown-popularity-access-copy'::reason
    when is_copy then 'low-popularity-access-copy'::reason
    when wants_original then 'kept-original'::reason
    else 'access-copy-not-smaller'::reason
  end as reason,
  case when (case when is_copy then copy_open else original_open end) then 'open'::gate_side else 'dark'::gate_side end as gate,
  case
    when not first_taken then 0::bigint
    when is_copy then (copy_blocks * 512)::bigint
    else (original_blocks * 512)::bigint
  end as bytes_estimated,
  is_held as held
from kept;
