-- Barcodes in their order, with the albums that have them.
select
  'gtin' as scheme, lpad(twin_barcode(place)::varchar, 14, '0') as value, null as raw, 'album' as entity,
  twin_id(number + 1, getvariable('key_album')) as entity_id, null as reason, getvariable('accession') as accession
from twin_unpermuted(getvariable('first'), getvariable('last'), getvariable('album_width'), getvariable('album_height'),
  getvariable('key_c'), getvariable('key_d'), getvariable('key_a'), getvariable('key_b'))
