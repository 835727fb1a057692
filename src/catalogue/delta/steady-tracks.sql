-- The rows of steady tracks: what their records say that is new, and the numbers and codes that they have. In: `track_popularity`.
create view steady_record as
select r.*, s.artist_nos, s.album_no, s.isrc from record_tracks r join steady s using (track_id, seq);

create view steady_track as
select r.* exclude (seq, source, release_key), p.popularity, p.plays
from told_row('steady_record') r left join track_popularity p using (track_id);

create view steady_isrc as
select r.isrc, p.popularity, track_id, r.accession
from steady_record r left join track_popularity p using (track_id) where r.isrc is not null;

insert into replaced_entity select 'track', track_id, null from steady;
