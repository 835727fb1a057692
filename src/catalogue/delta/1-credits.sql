-- What was known of the tracks that the new records speak of, and whose credits name other artists, or by another name, than
-- before. All others leave the rows of their artists as they are: the name of an artist is the least that credits spell, and
-- stays the least when spellings are replaced by it. In: `record_…` (the new records), `base_…` (the live rows of the
-- snapshot that is gone on from).
create table changed_track as select distinct track_id from record_tracks;

create table old_track as
select t.track_id, t.title, t.artist_credit, t.duration_ms, t.album_no, t.artist_nos, t.plays, t.popularity from base_track t join changed_track using (track_id);

create table recredited_track as
with old_number as (
  select track_id, 'main' as role, unnest(artist_nos) as artist_no from old_track
  union all
  select track_id, role, artist_no from base_credit where track_id in (select track_id from changed_track)
), named as (
  select c.track_id, c.role, c.artist_id, a.name is distinct from coalesce(c.name, '') as is_renamed, true as is_new
  from named_record_credit c left join base_artist a using (artist_id)
  union all
  select o.track_id, o.role, a.artist_id, false, false from old_number o join base_artist a using (artist_no)
), compared as (
  select track_id, bool_and(is_new) or not bool_or(is_new) as is_other
  from named group by track_id, role, artist_id
  having is_other or bool_or(is_renamed)
)
select track_id, bool_or(is_other) as has_other_artists
from (
  from compared
  union all select track_id, true from changed_track where track_id not in (select track_id from old_track)
)
group by track_id;
