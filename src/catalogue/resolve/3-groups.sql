-- Entities that share an identifier.
create table key_group as
select entity, scheme, value, min(id) as leader
from res_code group by entity, scheme, value having count(*) > 1;

-- One ISRC on recordings that differ: by their MBIDs, by more than 10 s, or with no word of their titles in common.
create table isrc_member as
with title as (
  select t.id, t.duration_ms, coalesce(f.folded, fold_plain(t.title)) as title
  from res_track t left join res_fold f on f.text = t.title
  where t.id in (select c.id from res_code c join key_group g using (entity, scheme, value) where c.scheme = 'isrc' and c.entity = 'track')
), recording as (
  select id, min(value) as mbid from res_code where entity = 'track' and scheme = 'mbid-recording' group by id
)
select g.value, g.leader, c.id, t.duration_ms, t.title, r.mbid
from key_group g
join res_code c using (entity, scheme, value)
join title t on t.id = c.id
left join recording r on r.id = c.id
where g.entity = 'track' and g.scheme = 'isrc'
  and (g.scheme, g.value) not in (select scheme, value from known_value);

create table isrc_conflict as
with compared as (
  select
    m.value,
    count(distinct m.mbid) > 1 as mbids_differ,
    max(m.duration_ms)::bigint - min(m.duration_ms)::bigint as spread_ms,
    bool_or(case
      when m.title = l.title then false
      else len(list_intersect(string_split(m.title, ' '), string_split(l.title, ' '))) = 0
    end) as titles_differ
  from isrc_member m join isrc_member l on l.value = m.value and l.id = m.leader
  group by m.value
)
select
  value,
  concat_ws('; ',
    case when mbids_differ then 'MBIDs differ' end,
    case when spread_ms > 10000 then 'durations differ by ' || (spread_ms // 1000) || ' s' end,
    case when titles_differ then 'titles have nothing in common' end) as detail
from compared
where mbids_differ or spread_ms > 10000 or titles_differ;

insert into row_conflict by name
select 'isrc-of-several-recordings' as kind, 'isrc' as scheme, m.value, m.id as track_id, c.detail, null::varchar as accession
from isrc_conflict c join isrc_member m using (value);

insert into row_conflict by name
with code as (
  select m.value, i.value as isrc, min(m.id) as track_id
  from res_code m join res_code i on i.id = m.id and i.entity = 'track' and i.scheme = 'isrc'
  where m.entity = 'track' and m.scheme = 'mbid-recording' and (m.scheme, m.value) not in (select scheme, value from known_value)
  group by all
)
select 'recording-of-several-isrcs' as kind, 'mbid-recording' as scheme, value, track_id, isrc as detail, null::varchar as accession
from code
qualify count(*) over (partition by value) > 1;

create table strong_edge as
select c.entity, c.id, g.leader, s.evidence
from key_group g
join res_code c using (entity, scheme, value)
join strong_scheme s using (entity, scheme)
where c.id <> g.leader and not (g.scheme = 'isrc' and g.value in (
  select value from isrc_conflict union all select value from known_value where scheme = 'isrc' and in_conflict
))
union
select entity, id, leader, evidence from res_preset where id <> leader;

create table keyed as select distinct entity, id from res_code;
