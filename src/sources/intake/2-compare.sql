-- What is to be read: names that are new or changed, and those that could not be read the last time.
create table todo as
select
  row_number() over (order by path_key(s.path, s.path_b64)) as todo_no,
  s.*,
  case
    when k.path_key is null or k.status = 'gone' then 'added'
    when s.size_bytes is distinct from k.size_bytes or s.mtime_ns is distinct from k.mtime_ns then 'changed'
    else 'retry'
  end as change
from seen s
left join known k on k.path_key = path_key(s.path, s.path_b64) and k.member_key is null
where s.kind <> 'refused'
  and (
    k.path_key is null
    or k.status = 'gone'
    or s.size_bytes is distinct from k.size_bytes
    or s.mtime_ns is distinct from k.mtime_ns
    or (k.status = 'rejected' and k.reason in (select reason from may_pass))
    or (s.kind = 'document') <> (k.status = 'document') and k.status <> 'rejected'
  );

-- Names that the walk refuses, unless that is known.
create table refused as
select
  s.*,
  case when k.path_key is null or k.status = 'gone' then 'added' else 'changed' end as change
from seen s
left join known k on k.path_key = path_key(s.path, s.path_b64) and k.member_key is null
where s.kind = 'refused'
  and (k.path_key is null or k.status <> 'rejected' or k.reason <> s.reason);

-- Names that are no longer there. What lies below a folder that cannot be listed is not known to be gone.
create table gone as
with closed as (
  select path_key(path, path_b64) || '/'::blob as first_below, path_key(path, path_b64) || '0'::blob as first_behind
  from seen
  where reason = 'unreadable-folder'
)
select k.*
from known k
anti join (select path_key(path, path_b64) as path_key from seen) s using (path_key)
anti join closed c on k.path_key >= c.first_below and k.path_key < c.first_behind
where k.status <> 'gone';
