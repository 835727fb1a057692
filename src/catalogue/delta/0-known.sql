-- What is known of the tracks that the new records speak of, one range of track ids after the other. In: `ranged_track` (the live rows
-- of the snapshot that is gone on from) and `ranged_told` (of `told_track`), both of the range.
--
-- Steady tracks: text, length, ISRC, artists and album are what they were; only counts, features, dates and the like are new.
-- Nothing of them has to be compared any further or resolved. Here are told apart those whose record says the same of text,
-- length, ISRC and the number of artists, of an album or none, and has no other identifier. Texts with white space at their ends
-- count as other ones: to clean them takes longer than all else. Hashes are compared, and joins are done as they are written, so
-- that nothing wide is kept for a join.
set disabled_optimizers = 'join_order,build_side_probe_side';
insert into known_track by name
select
  t.track_id, seq, coalesce(said = hash(t.title, t.artist_credit, t.duration_ms, t.isrc, len(t.artist_nos), t.album_no is not null), false) as is_alike,
  case when not is_alike then t.title end as title, case when not is_alike then t.artist_credit end as artist_credit,
  t.duration_ms, t.album_no, t.artist_nos, t.isrc, t.plays, t.popularity
from ranged_track t join ranged_told using (track_id);
reset disabled_optimizers;
