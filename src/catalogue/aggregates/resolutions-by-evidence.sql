-- Entities that are the same as another by what says so.
select entity, evidence, count(*) as entities
from segment
group by all
