-- The places of a block once more for each of twenty runs of 10,000 ranks, each time in another order. Run r holds of every
-- slot s the place in block r × run_stride + shift(s), modulo the blocks: every place of every block comes once, and all that
-- depends on the run alone is added. So the rows of a segment are this table read from front to back, as often as needed.
create table twin_slot as
with shifted as (
  select *, twin_shift(slot) as shift from twin_place
), ordered as (
  select *, row_number() over (partition by variant order by twin_mix(slot * 20 + variant, getvariable('key_order')), slot) - 1 as position
  from shifted cross join range(20) v(variant)
), summed as (
  select *, (variant * getvariable('run_stride') + shift) % getvariable('blocks') as block_sum from ordered
)
select
  (variant * 10000 + position)::integer as place, block_sum::integer as block_sum, recording::integer as recording,
  ((block_sum + album_shift) % getvariable('blocks') * 2288 + album + 1)::integer as album_sum,
  ((block_sum + artist_shift) % getvariable('blocks') * 603 + artist + 1)::integer as artist_sum,
  twin_turn(block_sum + album_shift, stratum)::integer as turn_sum,
  stratum::integer as stratum, popularity_first::integer as popularity_first, falls_at::integer as falls_at,
  credits::integer as credits, disc_no, track_no, isrc_offset, no_features::integer as no_features, slot::integer as slot
from summed
order by place;

-- The places in the order of their ISRCs, with where each stands in each of the twenty orders.
create table twin_position as
with positions as (
  select slot, list(place % 10000 order by place) as positions from twin_slot group by slot
)
select
  slot::integer as slot, twin_shift(slot)::integer as shift, positions, recording::integer as recording, isrc_offset,
  twin_turn(album_shift, stratum)::integer as turn_sum, stratum::integer as stratum,
  popularity_first::integer as popularity_first, falls_at::integer as falls_at
from twin_place join positions using (slot)
order by slot;

-- Tracks from rank `first` to before `last`: what is said by their places.
create macro twin_placed(first, last) as table
select
  runs * 200000 + place as rank, twin_wrapped(base + block_sum, getvariable('blocks')) as block, recording,
  twin_wrapped(base * 2288 + album_sum, getvariable('albums') + 1) + (base * 2288 + album_sum > getvariable('albums'))::bigint as album_no,
  twin_wrapped(base * 603 + artist_sum, getvariable('artists') + 1) + (base * 603 + artist_sum > getvariable('artists'))::bigint as artist_no,
  twin_popularity(stratum, twin_wrapped(base_turn + turn_sum, getvariable('blocks')), popularity_first, falls_at) as popularity,
  credits, disc_no, track_no, isrc_offset, no_features
from (
  select runs, base, twin_turn(base, 0) as base_turn
  from (select runs, (runs * 20 * getvariable('run_stride')) % getvariable('blocks') as base
    from range(first // 200000, (last + 199999) // 200000) r(runs))
) cross join twin_slot
where runs * 200000 + place >= first and runs * 200000 + place < last;
