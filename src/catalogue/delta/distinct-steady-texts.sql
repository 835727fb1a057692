select distinct name as text from alike_credit where key is null and name is not null and not is_plain(name)
