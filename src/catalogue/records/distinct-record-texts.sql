-- Names that stand for an artist or a label and that SQL cannot fold, once.
with text as (
  select name as text from record_credit where key is null
  union all select clean(labels[1]) from live_release
)
select distinct text from text where text is not null and not is_plain(text) and text not in (select text from known_fold)
