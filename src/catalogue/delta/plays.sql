-- What counts of plays are matched with: what is there now.
create view play_file as
select
  track_id, root, path || coalesce('/' || member, '') as full_path,
  regexp_extract(path || coalesce('/' || member, ''), '[^/]*$') as file_name
from base_holding;
create view play_track_id as
select track_id from base_track where track_id not in (select track_id from changed_track)
union all select track_id from row_track;
create view play_code as
select 'isrc' as scheme, isrc_text(isrc) as value, track_id from base_isrc
where track_id not in (select track_id from changed_track)
union all
select scheme, value, id from base_strong
where entity = 'track' and id not in (select track_id from changed_track)
union all
select i.scheme, coalesce(r.to_value, i.value), i.entity_id
from row_identifier i left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.entity = 'track' and i.scheme in ('isrc', 'mbid-recording') and i.value is not null;
