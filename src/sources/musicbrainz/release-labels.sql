with said as (
  select unnest("label-info").label as label from document
)
select label.id as label_key, min(label.name) as name, null::struct(scheme varchar, value varchar)[] as identifiers, 1 as rank
from said
where label.id is not null
group by label.id
