-- Steady are those that name the same main artists, spelled as these are called, and no others, and that have no second ISRC, no
-- identifier, and the album that they had. In: `known_track`, `alike_credit`, `more_isrc`, `known_credit`, `known_fold`.
create table unsteady as
with album as (
  select album_no, album_id from base_album where album_no in (select album_no from known_track)
), placed as (
  select track_id, entity_id('album:' || t.source, t.release_key) as album_id, k.album_no
  from told_track t join known_track k using (track_id) where t.release_key is not null and k.is_alike
), misspelled as (
  -- Of a name that many tracks share the id is computed once.
  select c.artist_no, c.source, c.key, c.name
  from (select distinct artist_no, source, key, name from alike_credit) c
  left join base_artist a using (artist_no) left join known_fold f on f.text = c.name
  where not coalesce(
    c.name <> '' and c.name = a.name
      and artist_id = entity_id('artist:' || source, coalesce(key, name_key(coalesce(f.folded, fold_plain(c.name))))),
    false
  )
)
select track_id from alike_credit where not is_main
union
select track_id
from alike_credit c join misspelled m
  on m.artist_no = c.artist_no and m.source = c.source and m.key is not distinct from c.key and m.name is not distinct from c.name
union select track_id from placed p left join album a using (album_no) where p.album_id is distinct from a.album_id
union select track_id from more_isrc
union select track_id from known_credit
union select entity_id from base_identifier where entity = 'track' and entity_id in (select track_id from told_track);

create view steady as
select track_id, seq, album_no, artist_nos, isrc, plays, popularity from known_track
where is_alike and track_id not in (from unsteady);

-- All others are computed from their records.
create table changed_track as select track_id from told_track where track_id not in (select track_id from steady);
create view changed_record as select * from told_record where track_id in (from changed_track);
