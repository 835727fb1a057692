with text as (
  select title as text from text_track union all select artist_credit from text_track
  union all select name from known_artist union all select name from known_label
)
select distinct text from text where text is not null and not is_plain(text)
