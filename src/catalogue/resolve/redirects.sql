-- In: `every_redirects`, of all accessions. Of two sources that send one id to different places the newest is heard.
insert into row_redirect by name
select scheme, clean(from_value) as from_value, clean(to_value) as to_value, accession
from every_redirects
where clean(from_value) <> '' and clean(to_value) <> '' and scheme <> ''
qualify row_number() over (partition by scheme, clean(from_value) order by seq desc) = 1;
