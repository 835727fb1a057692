-- Where each redirect ends. A step doubles the length of the way; an id that is sent round in a ring is not followed.
create table redirect_final as
select scheme, lower(from_value) as from_value, lower(to_value) as to_value from row_redirect
where lower(from_value) <> lower(to_value)
qualify row_number() over (partition by scheme, lower(from_value) order by to_value) = 1;
