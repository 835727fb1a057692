-- The tracks by ids in $found, in the order in which they are shown.
select t.track_id, t.title, coalesce(t.artist_credit, a.artist) as artist, a.title as album, t.duration_ms,
  (select list(i.value order by i.value) from identifier i
   where i.entity = 'track' and i.entity_id = t.track_id and i.scheme = 'isrc' and i.valid) as isrcs
from track t left join album a using (album_id)
where t.track_id in (select unnest(string_split($found, ' '))::ubigint)
order by artist nulls last, album nulls last, t.title, t.track_id
