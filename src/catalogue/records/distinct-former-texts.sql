with text as (
  select name as text from former_credit where key is null
  union all select name from former_label
)
select distinct text from text where text is not null and not is_plain(text) and text not in (select text from record_fold)
