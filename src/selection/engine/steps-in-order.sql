-- Steps in the order of the walk. In: `step`. Variables: from_bucket, from_track and from_rank, the first step. The caller puts the two
-- words in capitals in.
select
  track_id, rank, bucket, first_bucket, blocks::bigint as blocks, value, original_open, copy_open, copy_first,
  original_blocks::bigint as original_blocks, copy_blocks::bigint as copy_blocks
from step
where (bucket < getvariable('from_bucket') or (bucket = getvariable('from_bucket') and (track_id > getvariable('from_track') or (track_id = getvariable('from_track') and rank >= getvariable('from_rank')))))
  and CONDITION
order by bucket desc, track_id, rank
limit MOST
