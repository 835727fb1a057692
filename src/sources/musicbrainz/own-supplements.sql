with flat as (
  select id as key, unnest(supplements_of(tags, genres, rating, annotation)) as s from document
)
select $entity as entity, key, s.kind as kind, s.value as value, s.count as count from flat
