-- The tracks that stand on a floor: of each artist, label and language those worth most, as many as the policy says. In:
-- `floor_track` (subject, key, track_id, value), filled stretch by stretch. Variables: floor_artist, floor_label, floor_language.
insert into found
select distinct track_id, 3
from (
  select track_id, row_number() over (partition by subject, key order by value desc, track_id) as place, subject
  from floor_track
)
where place <= case subject when 'artist' then getvariable('floor_artist') when 'label' then getvariable('floor_label') else getvariable('floor_language') end;
