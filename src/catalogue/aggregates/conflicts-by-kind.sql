-- Rows of the identifier conflict report by kind and scheme.
select kind, scheme, count(*) as conflicts
from segment
group by all
