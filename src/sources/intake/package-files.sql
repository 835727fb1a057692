-- Which package each track's file belongs to, as dpkg's lists have it: of all tracks of the source, not only of the new.
with now as (
  select track_id, path_key(path, path_b64) as path_key, path_key(member, member_b64) as member_key, status from file_row
), live as (
  select * from now
  union all
  select k.track_id, k.path_key, k.member_key, k.status
  from known k
  anti join now n on n.path_key = k.path_key and n.member_key is not distinct from k.member_key
)
select distinct l.track_id, o.package, o.scope_path, o.scope_path_b64
from live l
join owned o using (path_key)
where l.status = 'audio'
order by l.track_id, o.package, o.scope_path, o.scope_path_b64 nulls first
