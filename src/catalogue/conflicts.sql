-- What identifiers contradict: the rows of `conflict`, and codes that are none, which are rows of `identifier`.
create temp view conflict_report as
select kind, scheme, value, track_id, detail from conflict
union all
select
  'invalid-code' as kind, scheme, raw as value, case when entity = 'track' then entity_id end as track_id,
  case when entity = 'track' then reason else entity || ': ' || reason end as detail
from identifier where not valid;
