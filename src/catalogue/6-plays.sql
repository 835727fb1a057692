-- By path: the exact path in the source (or in the file system), else a file name with as many folders before it as are
-- given. A path that two files fit is not guessed at.
create table play_path as
with file as (
  select track_id, nfc_normalize(full_path) as full_path, nfc_normalize(file_name) as file_name, nfc_normalize(root) as root
  from play_file
), exact as (
  select p.play_no, f.track_id
  from play p join file f on f.full_path = p.match_value
  where p.match_kind = 'path'
  union
  select p.play_no, f.track_id
  from play p join file f on rtrim(f.root, '/') || '/' || f.full_path = p.match_value
  where p.match_kind = 'path' and p.match_value like '/%'
), suffix as (
  select p.play_no, f.track_id
  from play p join file f
    on f.file_name = regexp_extract(p.match_value, '[^/]*$') and ends_with(f.full_path, '/' || p.match_value)
  where p.match_kind = 'path' and p.play_no not in (select play_no from exact)
)
select play_no, min(track_id) as track_id, count(*) as candidates
from (select * from exact union all select * from suffix)
group by play_no;

create table play_track as
select play_no, track_id from play_path where candidates = 1
union
select p.play_no, t.track_id
from play p join play_value v on v.match_kind = p.match_kind and v.match_value = p.match_value
join play_track_id t on t.track_id = v.track_id
where p.match_kind = 'track_id'
union
select p.play_no, i.track_id
from play p join play_value v on v.match_kind = p.match_kind and v.match_value = p.match_value
join play_code i on i.scheme = 'isrc' and i.value = v.isrc
where p.match_kind = 'isrc'
union
-- A recording counts for all its tracks, under whatever id it has been merged into.
select p.play_no, t.track_id
from play p
left join redirect_final r on r.scheme = 'mbid-recording' and r.from_value = lower(p.match_value)
join play_code t on t.scheme = 'mbid-recording' and t.value = coalesce(r.to_value, lower(p.match_value))
where p.match_kind = 'mbid-recording';

create table play_matching as
select
  count(*) as rows,
  count(*) filter (play_no in (select play_no from play_track)) as matched,
  count(*) filter (play_no in (select play_no from play_path where candidates > 1)) as ambiguous
from play;

insert into play_listen by name
select t.track_id, sum(p.plays)::bigint as plays, p.accession, max(p.until) as until
from play_track t join play p using (play_no)
group by t.track_id, p.accession;
