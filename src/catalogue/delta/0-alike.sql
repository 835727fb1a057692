-- The credits of known tracks. In: `told_track`, `known_track`, `base_credit`.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table known_credit as
select track_id, role, artist_no from base_credit where track_id in (select track_id from told_track);

-- Most tracks have one credit, which was read with the rest.
create table alike_credit as
with alike as (
  select track_id, artist_nos from known_track where is_alike
), listed as (
  select track_id, source, unnest(all_credits) as credit, unnest(artist_nos) as artist_no
  from told_track join (from alike where len(artist_nos) > 1) using (track_id)
)
select track_id, source, is_main, name, key, artist_no
from told_track join (select track_id, artist_nos[1] as artist_no from alike where len(artist_nos) = 1) using (track_id)
union all
select track_id, source, coalesce(credit.role, 'main') = 'main', credit.name, nullif(credit.key, ''), artist_no from listed;
reset disabled_optimizers;
