select
  id as artist_key,
  name,
  [{'scheme': 'mbid-artist', 'value': id}]
    || [{'scheme': 'isni', 'value': i} for i in list_sort(coalesce(isnis, []))]
    || [{'scheme': 'ipi', 'value': i} for i in list_sort(coalesce(ipis, []))] as identifiers,
  0 as rank
from document
