-- In the tables of the TSV dumps a redirect names its target by row number.
select distinct $scheme as scheme, from_value, gid as to_value
from read_parquet($redirects, hive_partitioning = false)
join read_parquet($gids, hive_partitioning = false) on id = new_id
order by all
