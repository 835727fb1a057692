-- Artists as releases name them; the dump of artists knows more.
with said as (
  select unnest("artist-credit").artist as artist from document
  union all
  select unnest(coalesce(track."artist-credit", track.recording."artist-credit")).artist from placed
  union all
  select unnest(track.recording.relations).artist from placed where track.recording.relations is not null
)
select artist.id as artist_key, min(artist.name) as name, null::struct(scheme varchar, value varchar)[] as identifiers, 1 as rank
from said
where artist.id is not null
group by artist.id
