-- Albums and labels. In: the live records, `spelling_label`, `release_tracks` (the tracks that each album has).
insert into row_label by name
select entity_id('label:' || source, label_key) as label_id, clean(name) as name, accession from live_label where clean(name) <> '';

insert into row_label by name
select entity_id('label:' || source, name_key(folded)) as label_id, min(name) as name, min(o.accession) as accession
from spelling_label l join first_accession o using (source)
group by 1;

insert into row_album by name
with credit as (
  select source, release_key, array_to_string(list_transform(list_filter(credits, c -> coalesce(c.role, 'main') = 'main' and c.name <> ''), c -> c.name), ', ') as names
  from live_release
), said as (
  select
    entity_id('album:' || r.source, release_key) as album_id, nullif(clean(title), '') as title,
    coalesce(nullif(clean(artist_credit), ''), nullif(c.names, '')) as artist, d.date as release_date, d.precision as date_precision,
    nullif(clean(release_type), '') as album_type,
    case when l.folded is not null then entity_id('label:' || r.source, name_key(l.folded)) end as label_id, r.accession
  from live_release r
  left join credit c using (source, release_key)
  left join record_label l using (source, release_key)
  left join record_date d on d.text = clean(r.release_date)
)
select
  album_id, coalesce(s.title, '') as title, s.artist, s.release_date, s.date_precision, coalesce(n.track_count, 0)::uinteger as track_count,
  s.album_type, s.label_id, coalesce(s.accession, n.accession) as accession
from said s full join release_tracks n using (album_id)
where s.title is not null or n.track_count > 0;
