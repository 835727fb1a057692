with numbers as (
  select number, number // 603 as block, number % 603 as artist, twin_mix(number, getvariable('key_artist')) as bits
  from range(getvariable('first'), getvariable('last')) r(number)
), placed as (
  select n.number, n.bits, twin_popularity(twin_more_popular(stratum, n.block), popularity_first, falls_at) as popularity
  from numbers n join twin_artist_place using (artist)
)
select
  number + 1 as artist_no, twin_id(number + 1, getvariable('key_artist')) as artist_id, head.text || tail.text as name,
  popularity, followers, getvariable('accession') as accession
from placed
join twin_shape shape on shape.shape = 4096 + (((bits >> 40) & 4095))
join twin_phrase head on head.phrase = twin_head(bits, shape.head_first, shape.head_count)
join twin_phrase tail on tail.phrase = twin_tail(bits >> 22, shape.tail_first, shape.tail_count)
join twin_step on step = popularity * 64 + (bits & 63)
