-- What is asked of each track of a stretch, as numbers without nulls. In: `weighed`. Bits of `traits`: 1 the policy wants the
-- original, 2 nobody has counted, 4 a file is held, 8 the original may be given out, 16 a copy may.
create temp view asked as
select
  track_id, assumed_ms::uinteger as assumed_ms, value,
  wants_original::utinyint + 2 * (popularity is null)::utinyint + 4 * is_held::utinyint + 8 * original_open::utinyint
    + 16 * copy_open::utinyint as traits,
  coalesce(original_blocks, 'nan'::double) as original_blocks, coalesce(copy_blocks, 'nan'::double) as copy_blocks,
  priority, coalesce(popularity, 0)::float as popularity
from weighed;
