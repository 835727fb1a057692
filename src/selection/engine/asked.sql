-- What is asked of each track of a stretch, as numbers without nulls. In: `weighed`. Bits of `traits`: 1 the policy wants the
-- original, 2 nobody has counted, 4 a file is held, 8 the original may be given out, 16 a copy may.
create temp view asked as
select
  track_id, assumed_ms::uinteger as assumed_ms, value,
  -- Or, not plus: that looks for no overflow.
  wants_original::utinyint | (case when popularity is null then 2::utinyint else 0::utinyint end)
    | (case when is_held then 4::utinyint else 0::utinyint end) | (case when original_open then 8::utinyint else 0::utinyint end)
    | (case when copy_open then 16::utinyint else 0::utinyint end) as traits,
  coalesce(original_blocks, 'nan'::double) as original_blocks, coalesce(copy_blocks, 'nan'::double) as copy_blocks,
  priority, coalesce(popularity, 0)::float as popularity
from weighed;
