-- The ISRCs of slots `first` to before `last`; their tracks are found by going the way of track-keys.sql back. All that the
-- order depends on fits into one number: the recording, how unpopular the track is, its rank.
with placed as (
  select *, twin_wrapped(block + getvariable('blocks') - shift, getvariable('blocks')) * getvariable('run_inverse') % getvariable('blocks') as run
  from (select block, block_isrc, twin_turn(block, 0) as turn from twin_block
    where block >= getvariable('first') // 10000 and block < getvariable('last') // 10000)
  cross join twin_position
), numbered as (
  select block_isrc + isrc_offset + ((twin_mix(block * 7264 + recording, getvariable('key_title')) >> 52) & 3) as isrc,
    ((block * 7264 + recording) * 128 + 100 - twin_popularity(
      stratum * getvariable('blocks') + twin_wrapped(turn + turn_sum, getvariable('blocks')), popularity_first, falls_at))
      * 268435456 + run * 10000 + positions[run % 20 + 1] as place
  from placed
)
select isrc, 100 - ((place >> 28) & 127) as popularity, twin_track_id(place & 268435455) as track_id,
  getvariable('accession') as accession
from (select * from numbered order by place)
