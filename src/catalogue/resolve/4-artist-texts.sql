-- Artists of one folded name who are credited on tracks that are one: chains of such pairs make a group. In: `cluster_of`,
-- which says for tracks the cluster that they are in, and `name_chain`, which is made from what this leaves.
create table name_pair as
with named as (
  select n.id, hash(coalesce(f.folded, fold_plain(n.name))) as name_key
  from res_name n left join res_fold f on f.text = n.name
  where n.entity = 'artist'
), shared as (
  select name_key from named group by name_key having count(*) > 1
), credited as (
  select distinct n.id, n.name_key, c.same_as as cluster
  from named n join shared using (name_key)
  join res_credit r on r.artist_id = n.id
  join cluster_of c on c.id = r.track_id
)
select id, min(id) over (partition by name_key, cluster) as leader
from credited qualify count(*) over (partition by name_key, cluster) > 1;
