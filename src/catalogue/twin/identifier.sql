-- Barcodes in their order, with the albums that have them.
select
  'gtin' as scheme, lpad(twin_barcode(place)::varchar, 14, '0') as value, null as raw, 'album' as entity,
  twin_id(twin_gtin_album(place) + 1, getvariable('key_album')) as entity_id, null as reason, getvariable('accession') as accession
from range(getvariable('first'), getvariable('last')) r(place)
