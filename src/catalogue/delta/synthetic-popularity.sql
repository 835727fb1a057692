-- A synthetic catalogue has popularity without counts: tracks keep what they had. New counts are kept beside it: of a track there
-- is one at most, that of its record. Those of steady tracks are read with the rest of their records.
create table track_popularity as
select t.track_id, coalesce(l.plays, o.plays)::bigint as plays, o.popularity
from row_track t left join old_track o using (track_id) left join row_listen l using (track_id);

create view steady_number as from steady;
create view steady_record as
select
  r.*, s.artist_nos, s.album_no, s.isrc, s.popularity, coalesce(case when r.plays >= 0 then r.plays end, s.plays)::bigint as all_plays
from record_tracks r join steady_number s using (track_id, seq);
