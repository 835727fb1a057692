-- What the catalogue says of the tracks that the release has no bytes of. In: draft, and the snapshot's tables.
create table described as
select
  t.track_id,
  t.title,
  coalesce(t.artist_credit, a.artist) as artist,
  a.title as album,
  t.duration_ms,
  (select list(i.value order by i.value) from identifier i
   where i.entity = 'track' and i.entity_id = t.track_id and i.scheme = 'isrc' and i.valid) as isrc
from track t
left join album a using (album_id)
where t.track_id in (select track_id from draft where state = 'metadata-only');
