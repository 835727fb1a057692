-- The tags that may speak of rights, by track. In: the tables of a snapshot, and `rights_tag`.
select
  track_id, any_value(accession) as accession,
  to_json(list({'key': key, 'value': value} order by ordinal, key, value))::varchar as tags
from tag
where key in (select key from rights_tag)
group by track_id
order by track_id
