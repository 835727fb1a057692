-- All that words are looked for in, in the order in which tracks are shown.
with names as (
  select c.track_id, string_agg(r.name, ' ') as names
  from track_artist c join artist r using (artist_id)
  group by c.track_id
)
select t.track_id, concat_ws(' ', t.title, a.title, n.names) as text
from track t
left join album a using (album_id)
left join names n on n.track_id = t.track_id
order by coalesce(t.artist_credit, a.artist) nulls last, a.title nulls last, t.title, t.track_id
