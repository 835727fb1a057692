with text as (
  select title as text from res_track union all select artist_credit from res_track union all select name from res_name
)
select distinct text from text where text is not null and not is_plain(text)
