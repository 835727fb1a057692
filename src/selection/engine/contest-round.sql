-- One round: who is first in all of its groups stays, who shares a group with one that stays goes; both leave the contest.
-- Repeated until nobody is left, this gives what going through all tracks in the order of their places would give.
create or replace table winner as
with best as (
  select track_id, place = min(place) over (partition by kind, key) as is_best from contest
)
select track_id from best group by track_id having bool_and(is_best);

create or replace table loser as
select c.track_id, min(c.kind) as kind
from contest c
where c.track_id not in (from winner)
  and exists (from contest w where w.kind = c.kind and w.key = c.key and w.track_id in (from winner))
group by c.track_id;

insert into found select track_id, kind from loser;
delete from contest where track_id in (select track_id from loser union all from winner);
