select
  id as release_key,
  nullif(title, '') as title,
  credit_text("artist-credit") as artist_credit,
  main_credits("artist-credit") as credits,
  nullif(date, '') as release_date,
  nullif(country, '') as country,
  list_distinct([l.label.name for l in coalesce("label-info", []) if l.label.name is not null]).list_sort() as labels,
  list_distinct([l."catalog-number" for l in coalesce("label-info", []) if coalesce(l."catalog-number", '') <> '']).list_sort()
    as catalogue_numbers,
  nullif(barcode, '') as barcode,
  nullif(array_to_string(
    list_filter([document."release-group"."primary-type"], lambda t: t is not null)
      || coalesce(document."release-group"."secondary-types", []), ' + '), '') as release_type,
  [{'scheme': 'mbid-release', 'value': id}]
    || (case when document."release-group".id is null then []
        else [{'scheme': 'mbid-release-group', 'value': document."release-group".id}] end) as identifiers
from document
