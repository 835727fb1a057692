insert into res_track select track_id, title, artist_credit, duration_ms from row_track;
insert into res_code
select distinct i.entity, i.entity_id, i.scheme, coalesce(r.to_value, i.value)
from row_identifier i
left join redirect_final r on r.scheme = i.scheme and r.from_value = i.value
where i.value is not null and (i.entity, i.scheme) in (select entity, scheme from strong_scheme);
insert into res_name select 'artist', artist_id, name from row_artist where name <> '';
insert into res_name select 'label', label_id, name from row_label where name <> '';
insert into res_credit select track_id, artist_id from row_credit where role = 'main';
