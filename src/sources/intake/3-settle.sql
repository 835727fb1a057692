-- Names that could not be read the last time and cannot now, for the same reason, have not changed.
create table still_refused as
select path_key(f.path, f.path_b64) as path_key
from file_row f
join todo t on path_key(t.path, t.path_b64) = path_key(f.path, f.path_b64) and t.change = 'retry'
join known k on k.path_key = path_key(f.path, f.path_b64) and k.member_key is null
where f.member is null and f.status = 'rejected' and k.status = 'rejected' and f.reason = k.reason;

delete from file_row where path_key(path, path_b64) in (select path_key from still_refused);

-- Members that a container no longer has, or that went with it: unless it may be readable again the next time.
insert into gone
select k.*
from known k
join file_row c on path_key(c.path, c.path_b64) = k.path_key and c.member is null
anti join (
  select path_key(path, path_b64) as path_key, path_key(member, member_b64) as member_key
  from file_row where member is not null
) m on m.path_key = k.path_key and m.member_key = k.member_key
where k.member_key is not null
  and k.status <> 'gone'
  and c.status <> 'gone'
  and not (c.status = 'rejected' and c.reason in (select reason from may_pass));

insert into file_row by name
select
  track_id, 'rejected' as status, reason, detail, path, path_b64, size_bytes, mtime_ns, inode
from refused;

insert into file_row by name
select track_id, 'gone' as status, path, path_b64, member, member_b64, size_bytes, mtime_ns
from gone;
