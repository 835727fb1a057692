-- What the catalogue says of the tracks in `wanted`, in their order there.
with artists as (
  -- Main artists first, as in the credit; the order of other roles is alphabetical.
  select track_id, list({'name': name, 'role': role} order by role <> 'main', role, position) as artists
  from track_artist join artist using (artist_id)
  where track_id in (select track_id from wanted)
  group by track_id
), genres as (
  select track_id, list(genre order by position) as genres
  from track_genre
  where track_id in (select track_id from wanted)
  group by track_id
), named as (
  select track_id, entity, scheme, value
  from identifier join wanted on entity_id = track_id
  where entity = 'track' and valid
  union all
  select t.track_id, entity, scheme, value
  from identifier
  join track t on entity_id = t.album_id
  join wanted w on w.track_id = t.track_id
  where entity = 'album' and valid
), identifiers as (
  select track_id,
    list({'entity': entity, 'scheme': scheme, 'value': value} order by entity desc, scheme, value) as identifiers
  from (select distinct * from named)
  group by track_id
), tags as (
  select track_id, list({'key': key, 'value': value} order by ordinal, key, value) as tags
  from tag
  where track_id in (select track_id from wanted)
  group by track_id
)
select
  t.track_id, t.title, t.artist_credit, t.disc_no, t.track_no, t.release_date, t.date_precision, t.language,
  a.title as album, a.artist as album_artist, l.name as label,
  artists, genres, identifiers, tags,
  h.source, h.root, h.path, h.path_b64, h.member, h.member_b64, h.size_bytes, h.mtime_ns, h.duration_ms, h.accession
from wanted w
join track t using (track_id)
join holding h using (track_id)
left join album a on a.album_id = t.album_id
left join label l on l.label_id = a.label_id
left join artists on artists.track_id = t.track_id
left join genres on genres.track_id = t.track_id
left join identifiers on identifiers.track_id = t.track_id
left join tags on tags.track_id = t.track_id
order by w.place
