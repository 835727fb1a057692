-- One row for each track, with all that can have to do with its rights. In: the tables of a snapshot, and `rights_tag`,
-- the names of the tags that may speak of rights, and `rights_deal`, the deals for the recordings. Lists come as JSON, which costs less than lists of structures.
with credits as (
  select
    x.track_id,
    to_json(list({'name': a.name, 'role': x.role} order by x.role, x.position))::varchar as credits
  from track_artist x join artist a using (artist_id)
  group by x.track_id
), tags as (
  select track_id, to_json(list({'key': key, 'value': value} order by ordinal, key, value))::varchar as tags
  from tag
  where key in (select key from rights_tag)
  group by track_id
), owners as (
  select
    track_id,
    to_json(list(
      {'package': package, 'scope_path': scope_path, 'scope_path_b64': scope_path_b64}
      order by package, scope_path, scope_path_b64
    ))::varchar as owners
  from package_file
  group by track_id
), deals as (
  select track_id, to_json(list(d order by d))::varchar as deals
  from (select track_id, struct_pack(*columns(* exclude (track_id))) as d from rights_deal)
  group by track_id
)
select
  t.track_id, t.title, t.artist_credit, t.album_id, a.title as album_title, a.artist as album_artist,
  h.source, h.root, h.path, h.path_b64, h.member, h.accession,
  c.credits, g.tags, o.owners, d.deals
from track t
join holding h using (track_id)
left join album a using (album_id)
left join credits c on c.track_id = t.track_id
left join tags g on g.track_id = t.track_id
left join owners o on o.track_id = t.track_id
left join deals d on d.track_id = t.track_id
order by t.track_id
