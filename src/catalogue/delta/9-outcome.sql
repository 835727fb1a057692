-- After resolution: what stays of the conflicts, and which rows of `resolution` are replaced.
insert into row_conflict
select * from base_conflict
where not (scheme = 'isrc' and isrc_pack(value) in (select isrc from seed_isrc))
  and not (scheme = 'mbid-recording' and value in (select value from seed_value where scheme = 'mbid-recording'))
  and (scheme, value) not in (select scheme, from_value from redirect_final);

insert into replaced_entity
select r.entity || '-resolution', r.id, null from base_resolution r join loaded l using (entity, id);
