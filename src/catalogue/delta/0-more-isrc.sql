-- ISRCs of known tracks beside the one that stands in their row.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table more_isrc as
select i.isrc, i.track_id from base_isrc i join known_track k on k.track_id = i.track_id and k.isrc <> i.isrc;
reset disabled_optimizers;
