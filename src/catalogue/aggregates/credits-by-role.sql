-- Credits other than of main artists by role.
select role, count(*) as credits
from segment
group by all
