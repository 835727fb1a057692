-- Every text that has to be folded, once.
select distinct text from (
  select title as text from track_title
  union all select value from field_value where field in ('album', 'label')
  union all select name from name_value
  union all select album_artist from album_artist_value
  union all select genre from genre_value
)
