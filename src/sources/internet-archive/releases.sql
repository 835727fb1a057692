select
  metadata.identifier as release_key,
  first_text(metadata.title) as title,
  nullif(array_to_string(texts(metadata.creator), ', '), '') as artist_credit,
  named_credits(texts(metadata.creator)) as credits,
  item_date(first_text(metadata.date)) as release_date,
  texts(metadata.publisher) as labels,
  [{'scheme': 'ia-item', 'value': metadata.identifier}] as identifiers,
  texts(metadata.genre) as genres
from document
