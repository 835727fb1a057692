-- Names that stand for an artist or a label and that SQL cannot fold, once.
with text as (
  select name as text from record_credit where key is null
  union all select unnest(labels) from live_release
)
select distinct clean(text) as text from text where text is not null and not is_plain(clean(text))
