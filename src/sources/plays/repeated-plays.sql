-- Two counts for one track cannot both be meant: the first line stays, the others are listed.
create table repeated as
select
  line, match_value, plays,
  min(line) over (partition by match_kind, match_value) as first_line
from play
qualify line > first_line;

insert into reject
select line, 'given already in line ' || first_line, match_value || ' | ' || plays from repeated;

delete from play where line in (select line from repeated);
