-- What was known of the tracks that the new records speak of, and whose credits name other artists, or by another name, than
-- before. All others leave the rows of their artists as they are: the name of an artist is the least that credits spell, and
-- stays the least when spellings are replaced by it. In: `record_…` (the new records), `base_…` (the live rows of the
-- snapshot that is gone on from).
create table changed_track as select distinct track_id from record_tracks;

create table old_track as
select t.track_id, t.title, t.artist_credit, t.duration_ms, t.album_no, t.artist_nos, t.plays, t.popularity from base_track t join changed_track using (track_id);

create table recredited_track as
with new_credit as (
  select track_id, role, artist_id, coalesce(name, '') as name from named_record_credit
), old_number as (
  select track_id, 'main' as role, unnest(artist_nos) as artist_no from old_track
  union all
  select track_id, role, artist_no from base_credit where track_id in (select track_id from changed_track)
), old_credit as (
  select o.track_id, o.role, a.artist_id, a.name from old_number o join base_artist a using (artist_no)
), old_artist as (
  select distinct track_id, role, artist_id from old_credit
), new_artist as (
  select distinct track_id, role, artist_id from new_credit
), other as (
  select track_id from changed_track where track_id not in (select track_id from old_track)
  union select track_id from (from new_artist except from old_artist)
  union select track_id from (from old_artist except from new_artist)
)
select track_id, true as has_other_artists from other
union all
select distinct track_id, false from (from new_credit except from old_credit) where track_id not in (from other);
