-- Steady tracks with their counts and popularity as they are now. In: `track_popularity`.
create view steady_number as
select s.* replace (p.popularity as popularity, p.plays as plays) from steady s left join track_popularity p using (track_id);
create view steady_record as
select r.*, s.artist_nos, s.album_no, s.isrc, s.popularity, s.plays as all_plays
from record_tracks r join steady_number s using (track_id, seq);
