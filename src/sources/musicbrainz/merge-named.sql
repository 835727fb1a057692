-- One row for each key: the dump of the entity itself (rank 0) before what other documents say of it.
select
  $key,
  min({'rank': rank, 'name': name}).name as name,
  coalesce(min(identifiers) filter (where rank = 0), [{'scheme': '$scheme', 'value': $key}]) as identifiers
from read_parquet($parts, hive_partitioning = false)
group by $key
order by $key
