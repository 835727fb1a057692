-- What is said of a twin's rows, by their numbers. Variables: sizes and keys of the twin (see prepare-twin.ts).
-- Two multiplications by odd constants below 2^31, each with what overflows 32 bits folded back: from 32 bits to 63.
create macro twin_fold(product) as xor(product, product >> 32) & 4294967295;
create macro twin_finish(product) as xor(product, product >> 29);
create macro twin_mix(number, key) as twin_finish(twin_fold(xor(number, key) * 1640531527) * 1540483477);

-- Dense numbers to 64-bit ids: the upper half is another order of the numbers, so that no two are equal.
create macro twin_id(number, key) as
  ((xor(number, key) * 1640531527) & 4294967295)::ubigint * 4294967296 + (twin_mix(number, key) & 4294967295)::ubigint;
-- Ids in the order of their ranks: one in each of equal steps of the 64-bit numbers, anywhere in it.
create macro twin_spread(number, step, key) as
  number::ubigint * step::ubigint + (twin_mix(number, key) % step)::ubigint;
create macro twin_track_id(rank) as twin_spread(rank, getvariable('track_step'), getvariable('key_track'));
create macro twin_label_id(number) as twin_spread(number, getvariable('label_step'), getvariable('key_label'));

-- A sum of two numbers below the size, modulo the size.
create macro twin_wrapped(sum, size) as sum - (sum >= size)::bigint * size;
create macro twin_shift(slot) as twin_mix(slot, getvariable('key_shift')) % getvariable('blocks');
-- How many tracks are more popular than the one of this stratum on the albums of this block: all of the strata before it,
-- and of its own so many as the turn of the block says.
create macro twin_turn(block, stratum) as (block * getvariable('block_stride') + stratum * 7919) % getvariable('blocks');
create macro twin_more_popular(stratum, block) as stratum * getvariable('blocks') + twin_turn(block, stratum);
create macro twin_guest(bits) as bits % getvariable('artists') + 1;
create macro twin_popularity(more_popular, popularity, falls_at) as
  case when popularity is null then len(list_filter(getvariable('survival'), lambda tracks: tracks > more_popular))
    else popularity - (more_popular >= falls_at)::bigint end;
-- A place in a run of phrases; heads lean to the first ones, so that titles are repeated as in life.
create macro twin_head(bits, first, count) as first + ((((bits & 4194303) * (bits & 4194303)) >> 22) * count >> 22);
create macro twin_tail(bits, first, count) as first + ((bits & 262143) * count >> 18);

create macro twin_digit(number, power) as (number // power) % 10;
create macro twin_gtin(body) as body * 10 + (10 - (
    twin_digit(body, 100000000000) + twin_digit(body, 1000000000) + twin_digit(body, 10000000)
    + twin_digit(body, 100000) + twin_digit(body, 1000) + twin_digit(body, 10)
    + 3 * (twin_digit(body, 10000000000) + twin_digit(body, 100000000) + twin_digit(body, 1000000)
      + twin_digit(body, 10000) + twin_digit(body, 100) + twin_digit(body, 1))) % 10) % 10;
-- Albums in the order of their barcodes, and back.
create macro twin_gtin_place(number) as number * getvariable('album_stride') % getvariable('albums');
create macro twin_gtin_album(place) as place * getvariable('album_inverse') % getvariable('albums');
-- The order-th barcode: labels have runs of 400 numbers, in which they leave some out.
create macro twin_barcode(place) as twin_gtin(
  (place // 400) * getvariable('gtin_step') + (place % 400) * 2 + (twin_mix(place, getvariable('key_gtin')) & 1));
