-- One row for each track of each medium, hidden tracks before the first included; data tracks are no music.
create or replace temp table placed as
with medium as (
  select id as release_key, unnest(media) as medium from document
)
select
  release_key,
  medium.position as disc_no,
  unnest((case when medium.pregap is null then [] else [medium.pregap] end) || coalesce(medium.tracks, [])) as track
from medium
