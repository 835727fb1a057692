-- What is there now. Each source is a chain of accessions that hold what changed: the newest that speaks of a track wins.
create table live_file as
with latest as (
  select * from fact_file qualify ord = max(ord) over (partition by source, track_id)
), present as (
  select *, path || coalesce('/' || member, '') as full_path from latest where status = 'audio'
)
select
  *,
  regexp_extract(full_path, '[^/]*$') as file_name,
  regexp_replace(full_path, '/?[^/]*$', '') as folder
from present
-- Two files with one id: the first by source and path has it; the other is counted and left out.
qualify row_number() over (
  partition by track_id order by source, path, path_b64 nulls first, member nulls first, member_b64 nulls first
) = 1;

create table live_tag as
select t.track_id, f.source, t.ordinal, upper(clean(t.key)) as key, clean(t.value) as value, t.value as raw_value, t.accession
from fact_tag t
join live_file f on f.track_id = t.track_id and f.accession = t.accession;

-- Rights documents count among the files, and come and go as these do.
create table live_document as
with document_file as (
  select * from fact_file
  qualify ord = max(ord) over (partition by source, track_id)
)
select d.*
from fact_document d
join document_file f
  on f.accession = d.accession and f.path = d.path and f.path_b64 is not distinct from d.path_b64 and f.status = 'document'
qualify row_number() over (partition by d.source, d.path, d.path_b64 order by d.sha256) = 1;

-- Which package owns which file: each accession says it of all files of its source, so the newest says it alone.
create table live_package_file as
with newest as (
  select source, max(ord) as ord from fact_file group by source
)
select p.*
from fact_package_file p
join newest using (source, ord)
join live_file f on f.track_id = p.track_id and f.source = p.source;

-- One value per field and track.
create table field_value as
select t.track_id, f.field, t.value
from live_tag t join field_tag f using (key)
where t.value <> ''
qualify row_number() over (partition by t.track_id, f.field order by f.rank, t.ordinal, t.value) = 1;

-- The title, else the file name without its extension and track number. A number that only a space sets off is part of
-- the name ("99 Luftballons") unless it starts with a zero or is the number that the tags give.
create table track_title as
with stem as (
  select
    track_id,
    coalesce(nullif(regexp_replace(file_name, '\.[A-Za-z0-9]{1,5}$', ''), ''), file_name) as stem,
    (select value from field_value v where v.track_id = f.track_id and v.field = 'track_no') as track_no
  from live_file f
), split as (
  select
    *,
    regexp_extract(stem, '^((?:[0-9]{1,2}-)?[0-9]{1,3})( *[._-] *| +)(.*)$', ['number', 'separator', 'rest']) as parts
  from stem
), file_title as (
  select
    track_id,
    case
      when not regexp_matches(parts.rest, '\pL') then stem
      when trim(parts.separator) <> '' or parts.number like '0%' then parts.rest
      when try_cast(parts.number as integer) = try_cast(regexp_extract(track_no, '^[0-9]{1,5}') as integer) then parts.rest
      else stem
    end as title
  from split
)
select
  f.track_id,
  coalesce(v.value, f.title) as title,
  case when v.value is null then 'file-name' else 'tag' end as title_source
from file_title f
left join field_value v on v.track_id = f.track_id and v.field = 'title';

-- Names as the tags give them; a name said twice in one role counts once, later.
create table name_value as
with best as (
  select t.track_id, t.source, t.ordinal, t.value as name, t.accession, r.role, r.rank
  from live_tag t join role_tag r using (key)
  where t.value <> ''
  qualify r.rank = min(r.rank) over (partition by t.track_id, r.role)
)
select *, row_number() over (partition by track_id, role order by ordinal, name) as position
from best;

create table album_artist_value as
select track_id, string_agg(value, ', ' order by ordinal, value) as album_artist
from live_tag
where key in ('ALBUMARTIST', 'ALBUM ARTIST', 'ALBUM_ARTIST') and value <> ''
group by track_id;

create table genre_value as
with split as (
  select
    track_id, accession, ordinal,
    unnest(string_split(value, ';')) as genre,
    generate_subscripts(string_split(value, ';'), 1) as part
  from live_tag
  where key = 'GENRE'
)
select track_id, accession, ordinal, part, clean(genre) as genre from split where clean(genre) <> '';
