-- Names of the records that stand for an artist and that SQL cannot fold.
with credit as (
  select name, key from told_track
  union all
  select credit.name, nullif(credit.key, '') from (select unnest(all_credits) as credit from told_track where all_credits is not null)
)
select distinct name as text from credit where key is null and name is not null and not is_plain(name)
