-- Tracks that did not change, but whose counts or popularity did.
create table repopular as
with former as (
  select track_id, plays, popularity from base_track
  where (plays is not null or popularity is not null) and track_id not in (select track_id from told_track)
), now as (
  select * from track_popularity where track_id not in (select track_id from told_track)
), listens as (
  select track_id, accession, plays, until from base_listen where track_id not in (select track_id from told_track)
), now_listens as (
  select track_id, accession, plays, until from counted_listen where track_id not in (select track_id from told_track)
)
select coalesce(f.track_id, n.track_id) as track_id
from former f full join now n using (track_id)
where f.plays is distinct from n.plays or f.popularity is distinct from n.popularity
union select track_id from (from listens except from now_listens)
union select track_id from (from now_listens except from listens);
