-- A synthetic catalogue has popularity without counts: tracks keep what they had. New counts are kept beside it: of a track there
-- is one at most, that of its record.
create table track_popularity as
with spoken as (
  select t.track_id, o.plays, o.popularity from row_track t left join old_track o using (track_id)
  union all select track_id, plays, popularity from steady
)
select track_id, coalesce(l.plays, s.plays)::bigint as plays, s.popularity from spoken s left join row_listen l using (track_id);
