-- Tracks whose title, artist and album together hold every one of the folded words in $words.
with searched as (
  select t.track_id, t.title, coalesce(t.artist_credit, a.artist) as artist, a.title as album, t.duration_ms,
    concat_ws(' ', t.title_folded, a.title_folded,
      (select string_agg(r.name_folded, ' ') from track_artist c join artist r using (artist_id)
       where c.track_id = t.track_id)) as text
  from track t left join album a using (album_id)
)
select s.track_id, s.title, s.artist, s.album, s.duration_ms, count(*) over () as total,
  (select list(i.value order by i.value) from identifier i
   where i.entity = 'track' and i.entity_id = s.track_id and i.scheme = 'isrc' and i.valid) as isrcs
from searched s
where len(list_filter(string_split($words, chr(10)), lambda word: not contains(s.text, word))) = 0
order by s.artist nulls last, s.album nulls last, s.title, s.track_id
limit $limit
