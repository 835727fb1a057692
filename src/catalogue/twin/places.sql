-- The places of a block, once more for each of twenty runs of 10,000 ranks, every time in another order. Run r has of every
-- slot s the place in block r × run_stride + shift(s), modulo the blocks: each place of each block comes once. What a run
-- changes is added to what a place has, so that the rows of a segment are this table read from front to back.
create table twin_slot as
with ordered as (
  select *, twin_shift(slot) as shift,
    row_number() over (partition by variant order by twin_mix(slot * 20 + variant, getvariable('key_order')), slot) - 1 as position
  from twin_place cross join range(least(20, getvariable('blocks'))) v(variant)
), summed as (
  select *, (variant * getvariable('run_stride') + shift) % getvariable('blocks') as block_sum from ordered
)
select
  variant * 10000 + position as place, block_sum, recording,
  (block_sum + album_shift) % getvariable('blocks') * 2288 + album as album_sum,
  (block_sum + artist_shift) % getvariable('blocks') * 603 + artist as artist_sum,
  twin_turn(block_sum + album_shift, stratum) as turn_sum, stratum, popularity_first, falls_at,
  credits::utinyint as credits, disc_no, track_no, isrc_offset, no_features, slot
from summed
order by place;

-- The places in the order of their ISRCs, with their position in each of the twenty orders.
create table twin_position as
select
  slot, twin_shift(slot) as shift, positions, recording, isrc_offset, twin_turn(album_shift, stratum) as turn_sum, stratum,
  popularity_first, falls_at
from twin_place
join (select slot, list(place % 10000 order by place) as positions from twin_slot group by slot) using (slot)
order by slot;

-- One row with two small tables as lists, which are looked up by number.
create table twin_lists as
select *
from (select list(twin_shape order by shape) as titles from twin_shape where shape < 4096)
cross join (select list(block_isrc order by block) as blocks from twin_block);

-- The tracks from `first` to before `last` that are in the pass-th reading of the places, the first of the range being 0.
create macro twin_placed(pass) as table
with here as (
  select getvariable('first') // 200000 + pass as pass_no
), based as (
  select pass_no, pass_no * 20 * getvariable('run_stride') % getvariable('blocks') as base from here
)
select
  pass_no * 200000 + place as rank, twin_wrapped(base + block_sum, getvariable('blocks')) as block, recording,
  twin_wrapped(base * 2288 + album_sum, getvariable('albums')) + 1 as album_no,
  twin_wrapped(base * 603 + artist_sum, getvariable('artists')) + 1 as artist_no,
  stratum * getvariable('blocks') + twin_wrapped(twin_turn(base, 0) + turn_sum, getvariable('blocks')) as more_popular,
  popularity_first, falls_at, credits, disc_no, track_no, isrc_offset, no_features
from twin_slot cross join based
where pass_no * 200000 + place >= getvariable('first') and pass_no * 200000 + place < getvariable('last');

-- The tracks from rank `first` to before `last`, at most 1.6 million. What belongs to the recording (title, sound, length, artists) comes from its
-- number, so that all tracks with one ISRC have the same.
create macro twin_mixed() as table
with placed as (
  from twin_placed(0) union all from twin_placed(1) union all from twin_placed(2) union all from twin_placed(3)
  union all from twin_placed(4) union all from twin_placed(5) union all from twin_placed(6) union all from twin_placed(7)
  union all from twin_placed(8)
)
select *, twin_mix(block * 7264 + recording, getvariable('key_title')) as title_bits,
  twin_mix(block * 7264 + recording, getvariable('key_sound')) as sound_bits,
  twin_popularity(more_popular, popularity_first, falls_at) as popularity
from placed;
