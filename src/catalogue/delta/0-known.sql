-- What is known of the tracks that the new records speak of, in one pass over all tracks. In: `live_record_at`, `record_tracks`,
-- `base_…` (the live rows of the snapshot that is gone on from).
--
-- Steady tracks: text, length, ISRC, artists and album are what they were; only counts, features, dates and the like are new.
-- Nothing of them has to be compared any further or resolved. Here are told apart those whose record says the same of text,
-- length, ISRC and the number of artists, of an album or none, and has no other identifier. Texts with white space at their ends
-- count as other ones: to clean them takes longer than all else. Hashes are compared, and joins are done as they are written, so
-- that nothing wide is kept for a join.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table told_track as
with told as (
  select *, isrcs[1] as code, len(credits) as artists, credits[1] as first_credit
  from record_tracks join live_record_at using (track_id, seq)
)
select
  track_id, seq, source, artists, coalesce(first_credit.role, 'main') = 'main' as is_main, first_credit.name as name,
  nullif(first_credit.key, '') as key,
  case when status = 'track' and len(coalesce(identifiers, [])) = 0 and len(coalesce(isrcs, [])) < 2 and artists > 0 then hash(
    title, coalesce(nullif(artist_credit, ''), case when artists = 1 then first_credit.name end),
    case when duration_ms between 1 and 4294967295 then duration_ms end::uinteger,
    case when len(isrcs) = 1 then coalesce(isrc_pack(code), 0) end, artists, coalesce(release_key, '') <> ''
  ) end as said
from told;

create table known_track as
select
  t.track_id, seq, coalesce(said = hash(t.title, t.artist_credit, t.duration_ms, t.isrc, len(t.artist_nos), t.album_no is not null), false) as is_alike,
  case when not is_alike then t.title end as title, case when not is_alike then t.artist_credit end as artist_credit,
  t.duration_ms, t.album_no, t.artist_nos, t.isrc, t.plays, t.popularity
from base_track t join told_track using (track_id);

create table known_credit as
select track_id, role, artist_no from base_credit where track_id in (select track_id from told_track);

-- Most tracks have one credit, which was read with the rest.
create table alike_credit as
with alike as (
  select track_id, seq, artist_nos from known_track where is_alike
), listed as (
  select track_id, source, unnest(credits) as credit, unnest(artist_nos) as artist_no
  from record_tracks join (from alike where len(artist_nos) > 1) using (track_id, seq)
)
select track_id, source, is_main, name, key, artist_no
from told_track join (select track_id, artist_nos[1] as artist_no from alike where len(artist_nos) = 1) using (track_id)
union all
select track_id, source, coalesce(credit.role, 'main') = 'main', credit.name, nullif(credit.key, ''), artist_no from listed;
reset disabled_optimizers;
