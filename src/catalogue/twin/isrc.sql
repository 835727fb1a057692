-- The ISRCs of slots `first` to before `last`; their tracks are found by going the way of track.sql back.
with slots as (
  select number as rank, place // 10000 as block, place % 10000 as slot
  from twin_unpermuted(getvariable('first'), getvariable('last'), getvariable('track_width'), getvariable('track_height'),
    getvariable('key_a'), getvariable('key_b'), getvariable('key_c'), getvariable('key_d'))
), placed as (
  select s.rank, s.block, p.*, s.block * 7264 + p.recording as song, twin_shifted(s.block, p.album_shift) as album_block
  from slots s join twin_place p using (slot)
)
select
  block_isrc + isrc_offset + ((twin_mix(song, getvariable('key_title')) >> 52) & 3) as isrc,
  twin_popularity(twin_more_popular(stratum, album_block), popularity_first, falls_at) as popularity,
  twin_track_id(rank) as track_id, getvariable('accession') as accession
from placed join twin_block using (block)
order by isrc, popularity desc, track_id
