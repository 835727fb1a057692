-- Ids that end elsewhere than they did. In: `base_redirect_final`, `redirect_final`.
create table moved_value as
select coalesce(n.scheme, o.scheme) as scheme, coalesce(n.from_value, o.from_value) as value
from redirect_final n full join base_redirect_final o on o.scheme = n.scheme and o.from_value = n.from_value
where n.to_value is distinct from o.to_value;
