-- What was known of the changed tracks. A title that was found to be the same is that of the record. In: `live_record`, `known_track`.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table old_unsteady as
with said as (
  select
    track_id, seq, title, coalesce(nullif(artist_credit, ''), case when len(credits) = 1 then credits[1].name end) as artist_credit
  from live_record where track_id in (from unsteady)
)
select k.* exclude (seq, is_alike) replace (s.title as title, s.artist_credit as artist_credit)
from known_track k join said s using (track_id, seq) where k.is_alike;
reset disabled_optimizers;
create view old_track as select * exclude (seq, is_alike) from known_track where not is_alike union all from old_unsteady;

create table named_credit as from named_record_credit;
create or replace view named_record_credit as from named_credit;
create table old_number as
select track_id, 'main' as role, unnest(artist_nos) as artist_no from old_track
union all
select track_id, role, artist_no from known_credit where track_id in (from changed_track);

-- The artists that changed tracks name or named, of those that are there: these are many, and read once.
create table met_artist as
select artist_no, artist_id, name from base_artist
where artist_id in (select artist_id from named_credit) or artist_no in (select artist_no from old_number);

-- Changed tracks whose credits name other artists, or by another name, than before. All others leave the rows of their artists as
-- they are: the name of an artist is the least that credits spell, and
-- stays the least when spellings are replaced by it. In: `named_record_credit`, `old_track`, `known_credit`.
create table recredited_track as
with named as (
  select c.track_id, c.role, c.artist_id, a.name is distinct from coalesce(c.name, '') as is_renamed, true as is_new
  from named_credit c left join met_artist a using (artist_id)
  union all
  select o.track_id, o.role, a.artist_id, false, false from old_number o join met_artist a using (artist_no)
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
