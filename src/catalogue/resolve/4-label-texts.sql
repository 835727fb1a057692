create table weak_member as
with text as (
  select n.id, hash(coalesce(f.folded, fold_plain(n.name))) as group_key, k.id is not null as has_key
  from res_name n left join res_fold f on f.text = n.name left join keyed k on k.entity = 'label' and k.id = n.id
  where n.entity = 'label'
), shared as (
  select group_key from text group by group_key having count(*) > 1 and bool_or(not has_key)
)
select id, 0::uinteger as length_ms, group_key from text join shared using (group_key);
