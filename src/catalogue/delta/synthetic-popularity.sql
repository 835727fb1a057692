-- A synthetic catalogue has popularity without counts: tracks keep what they had. New counts are kept beside it.
create table track_popularity as
with counted as (select track_id, sum(plays)::bigint as plays from row_listen group by track_id)
select t.track_id, coalesce(c.plays, o.plays)::bigint as plays, o.popularity
from row_track t left join old_track o using (track_id) left join counted c using (track_id);
