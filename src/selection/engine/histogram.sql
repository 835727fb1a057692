-- Adds the steps of the stretch `range_no` up by bucket. First by pairs of buckets, which are few where sizes are assumed;
-- values are whole millionths of a listen, so that their sums do not depend on the order.
insert into cell
with pair as (
  select
    first_bucket, second_bucket, copy_first, original_open, copy_open, count(*) as tracks,
    sum(first_blocks::bigint) as first_blocks, sum(second_blocks::bigint) as second_blocks,
    sum((first_value * 1000000)::bigint) as first_value, sum((second_value * 1000000)::bigint) as second_value
  from offer
  -- All that has a file and gives way to no other track. Without a bucket: what the rule never keeps, so that shares are of
  -- the same whole under every rule.
  where original_blocks is not null and (mark is null or mark = 3)
  group by all
)
select
  getvariable('range_no'), first_bucket, tracks, 0,
  case when copy_first then 0 else tracks end, case when copy_first then tracks else 0 end,
  case when (case when copy_first then copy_open else original_open end) then first_blocks else 0 end,
  case when (case when copy_first then copy_open else original_open end) then 0 else first_blocks end,
  first_value
from pair
union all
select
  -- The copy gives way to the original, which may be on the other side of the gate.
  getvariable('range_no'), second_bucket, 0, tracks, tracks, -tracks,
  case when original_open and copy_open then second_blocks when original_open then first_blocks + second_blocks else 0 end,
  case when original_open and copy_open then 0 when original_open then -first_blocks else second_blocks end,
  second_value
from pair where second_bucket is not null;
