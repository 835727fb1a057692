-- The tracks of the first conflicts, those that nobody settled first, the best copy first.
with listed as (
  select recording, is_settled from sound_conflict order by is_settled, recording limit $limit::integer
)
select
  s.recording, c.is_settled, s.track_id, s.is_best, s.similarity, s.disseminate, s.derive, s.licence, s.reason,
  t.title, coalesce(t.artist_credit, a.artist) as artist, h.path || coalesce('/' || h.member, '') as path
from same_sound s
join listed c using (recording)
join track t using (track_id)
left join holding h using (track_id)
left join album a on a.album_id = t.album_id
order by c.is_settled, s.recording, s.is_best desc, s.track_id;
