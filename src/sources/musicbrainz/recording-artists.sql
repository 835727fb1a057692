with said as (
  select unnest("artist-credit").artist as artist from document
  union all
  select unnest(relations).artist from document where relations is not null
)
select artist.id as artist_key, min(artist.name) as name, null::struct(scheme varchar, value varchar)[] as identifiers, 1 as rank
from said
where artist.id is not null
group by artist.id
