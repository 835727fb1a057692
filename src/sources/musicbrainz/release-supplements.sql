with said as (
  select 'release' as entity, id as key, supplements_of(tags, genres, rating, annotation) as said from document
  union all
  select 'release-group', g.id, supplements_of(g.tags, g.genres, g.rating, g.annotation)
  from (select document."release-group" as g from document)
  where g.id is not null
  union all
  select 'recording', r.id, supplements_of(r.tags, r.genres, r.rating, r.annotation)
  from (select track.recording as r from placed)
  where r.tags is not null or r.genres is not null or r.rating is not null or r.annotation is not null
),
flat as (
  select entity, key, unnest(said) as s from said where len(said) > 0
)
select entity, key, s.kind as kind, s.value as value, s.count as count from flat
