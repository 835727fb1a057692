-- The ISRCs of slots `first` to before `last`; their tracks are found by going the way of track.sql back. All that the
-- order depends on fits into one number: the recording, how unpopular the track is, its rank.
with slots as (
  select number as rank, place // 10000 as block, place % 10000 as slot
  from twin_unpermuted(getvariable('first'), getvariable('last'), getvariable('track_width'), getvariable('track_height'),
    getvariable('key_a'), getvariable('key_b'), getvariable('key_c'), getvariable('key_d'))
), placed as (
  select s.rank, s.block * 7264 + p.recording as song, block_isrc + isrc_offset as isrc_first,
    twin_popularity(twin_more_popular(stratum, twin_shifted(s.block, p.album_shift)), popularity_first, falls_at) as popularity
  from slots s join twin_place p using (slot) join twin_block using (block)
), numbered as (
  select isrc_first + ((twin_mix(song, getvariable('key_title')) >> 52) & 3) as isrc,
    (song * 128 + 100 - popularity) * 268435456 + rank as place
  from placed
)
select isrc, 100 - ((place >> 28) & 127) as popularity, twin_track_id(place & 268435455) as track_id,
  getvariable('accession') as accession
from (select * from numbered order by place)
