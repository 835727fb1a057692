-- Albums, each of its source: by MusicBrainz id where one is given, else by folded title and album artist. Without an
-- album artist the folder stands for it, so that two "Greatest Hits" stay two and a compilation stays one.
create table album_member as
with base as (
  select
    f.track_id, f.source, f.accession,
    title.value as title, folded.folded as title_folded, aa.album_artist,
    case
      when aa.album_artist is not null then 'artist' || chr(0) || aa_folded.folded
      -- The discs of one album may stand in folders of their own.
      else 'folder' || chr(0) || regexp_replace(f.folder, '(^|/)(?i:cd|dis[ck])[ _.-]*[0-9]{1,2}$', '')
    end as owner
  from live_file f
  join field_value title on title.track_id = f.track_id and title.field = 'album'
  join folded_text folded on folded.text = title.value
  left join album_artist_value aa on aa.track_id = f.track_id
  left join folded_text aa_folded on aa_folded.text = aa.album_artist
), own_mbid as (
  select t.track_id, min_by(p.value, (t.ordinal, p.part)) as mbid
  from live_tag t
  join parsed_identifier p on p.key = t.key and p.tag_value = t.value
  where p.scheme = 'mbid-release' and p.value is not null
  group by t.track_id
), known_mbid as (
  select b.source, b.title_folded, b.owner, min(m.mbid) as mbid
  from base b join own_mbid m using (track_id)
  group by b.source, b.title_folded, b.owner having count(distinct m.mbid) = 1
), resolved as (
  select b.*, coalesce(own.mbid, known.mbid) as mbid
  from base b
  left join own_mbid own on own.track_id = b.track_id
  left join known_mbid known
    on known.source = b.source and known.title_folded = b.title_folded and known.owner = b.owner
)
select
  *,
  entity_id('album:' || source, coalesce('mbid' || chr(0) || mbid, title_folded || chr(0) || owner)) as album_id,
  source || chr(0) || coalesce('mbid' || chr(0) || mbid, title_folded || chr(0) || owner) as album_key
from resolved;

insert into row_label by name
with named as (
  select f.source, f.accession, v.value as name, t.folded
  from live_file f
  join field_value v on v.track_id = f.track_id and v.field = 'label'
  join folded_text t on t.text = v.value
), spelling as (
  select entity_id('label:' || source, folded) as label_id, name, count(*) as uses, min(accession) as accession
  from named group by label_id, name
)
select label_id, name, min(accession) over (partition by label_id) as accession
from spelling
qualify row_number() over (partition by label_id order by uses desc, name) = 1;

insert into row_album by name
with title as (
  select album_id, title from album_member group by album_id, title
  qualify row_number() over (partition by album_id order by count(*) desc, title) = 1
), album_artist as (
  select album_id, album_artist from album_member where album_artist is not null group by album_id, album_artist
  qualify row_number() over (partition by album_id order by count(*) desc, album_artist) = 1
), only_artist as (
  select m.album_id, min(c.credit) as credit
  from album_member m left join artist_credit c using (track_id)
  group by m.album_id having count(distinct coalesce(c.credit, '')) = 1
), release as (
  select m.album_id, d.date, d.precision
  from album_member m
  join field_value v on v.track_id = m.track_id and v.field = 'date'
  join parsed_date d on d.text = v.value
  group by m.album_id, d.date, d.precision
  qualify row_number() over (partition by m.album_id order by count(*) desc, d.date) = 1
), label_name as (
  select m.album_id, entity_id('label:' || m.source, t.folded) as label_id
  from album_member m
  join field_value v on v.track_id = m.track_id and v.field = 'label'
  join folded_text t on t.text = v.value
  group by m.album_id, m.source, t.folded
  qualify row_number() over (partition by m.album_id order by count(*) desc, m.source, t.folded) = 1
), counted as (
  select album_id, count(*) as track_count, min(accession) as accession from album_member group by album_id
)
select
  c.album_id, t.title, coalesce(aa.album_artist, o.credit) as artist,
  r.date as release_date, r.precision as date_precision, c.track_count, l.label_id, c.accession
from counted c
join title t using (album_id)
left join album_artist aa using (album_id)
left join only_artist o using (album_id)
left join release r using (album_id)
left join label_name l using (album_id);
