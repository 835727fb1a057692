with text as (
  select title as text from far_track union all select artist_credit from far_track
)
select distinct text from text where text not in (select text from delta_fold) and not is_plain(text)
