-- Rows that stay as they are but for a number, as they stand on disk.
create table carried_album as
select o.* replace ((o.track_count + c.tracks)::uinteger as track_count)
from old_album o join album_change c using (album_id)
where c.tracks <> 0 and album_id not in (select album_id from said_album)
  and (o.title <> '' or o.track_count + c.tracks > 0);

-- What the new generation replaces, of what is there. A row of an album that only changes its number of tracks voids no identifier.
create table replaced_entity (entity varchar, id ubigint, no uinteger);
insert into replaced_entity select 'track', track_id, null from old_track;
insert into replaced_entity
select case when album_id in (select album_id from carried_album) then 'album-row' else 'album' end, album_id, album_no from old_album;
insert into replaced_entity
select 'artist', artist_id, artist_no from met_artist
where artist_id in (select entity_id('artist:' || source, artist_key) from touched_artist);
insert into replaced_entity
select 'label', label_id, null from base_label
where label_id in (
  select entity_id('label:' || source, name_key(folded)) from touched_label
  union all select entity_id('label:' || source, label_key) from record_labels
);

insert into given_artist
select artist_id, artist_no from met_artist
where artist_id in (select artist_id from row_credit union all select artist_id from row_artist);
insert into given_album
select album_id, album_no from base_album
where album_id in (select album_id from row_track union all select album_id from row_album);
