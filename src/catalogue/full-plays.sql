-- What counts of plays are matched with in a full build: all rows.
create view play_file as select track_id, full_path, file_name, root from live_file;
create view play_track_id as select track_id from row_track;
create view play_code as
select i.scheme, coalesce(r.to_value, i.value) as value, i.entity_id as track_id
from row_identifier i left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.entity = 'track' and i.scheme in ('isrc', 'mbid-recording') and i.value is not null;
create view counted_listen as select * from row_listen;
