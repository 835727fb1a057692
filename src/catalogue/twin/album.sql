with numbers as (
  select number, twin_gtin_place(number) as place, number // 2288 as block, number % 2288 as album
  from range(getvariable('first'), getvariable('last')) r(number)
), placed as (
  select n.number, n.place, p.*, n.block * 603 + p.artist as artist_number,
    twin_popularity(twin_more_popular(stratum, n.block), popularity_first, falls_at) as popularity,
    twin_mix(n.number, getvariable('key_album')) as bits,
    twin_mix(n.number, getvariable('key_date')) as other_bits
  from numbers n join twin_album_place p using (album)
), named as (
  select *, twin_mix(artist_number, getvariable('key_artist')) as name_bits from placed
)
select
  number + 1 as album_no, twin_id(number + 1, getvariable('key_album')) as album_id, head.text || tail.text as title,
  name_head.text || name_tail.text as artist, release_date, date_precision, track_count,
  case when other_bits >> 58 = 0 then 'compilation' when track_count < 4 then 'single' when track_count < 7 then 'ep'
    else 'album' end as album_type,
  twin_label_id(twin_head(other_bits >> 20, 0, (other_bits >> 42) % getvariable('labels') + 1)) as label_id,
  twin_barcode(place) as gtin, popularity, getvariable('accession') as accession
from named
join twin_date on date_row = other_bits & 65535
join twin_shape shape on shape.shape = ((bits >> 40) & 4095)
join twin_phrase head on head.phrase = twin_head(bits, shape.head_first, shape.head_count)
join twin_phrase tail on tail.phrase = twin_tail(bits >> 22, shape.tail_first, shape.tail_count)
join twin_shape name_shape on name_shape.shape = 4096 + (((name_bits >> 40) & 4095))
join twin_phrase name_head on name_head.phrase = twin_head(name_bits, name_shape.head_first, name_shape.head_count)
join twin_phrase name_tail on name_tail.phrase = twin_tail(name_bits >> 22, name_shape.tail_first, name_shape.tail_count)
