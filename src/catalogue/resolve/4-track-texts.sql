-- Groups of equal folded title and credit in which there is a track that no strong identifier speaks of.
create table weak_member as
with text as (
  select
    t.id, t.duration_ms as length_ms, k.id is not null as has_key,
    hash(coalesce(tf.folded, fold_plain(t.title)) || chr(0) || coalesce(cf.folded, fold_plain(t.artist_credit))) as text_key
  from res_track t
  left join res_fold tf on tf.text = t.title
  left join res_fold cf on cf.text = t.artist_credit
  left join keyed k on k.entity = 'track' and k.id = t.id
  where t.title <> '' and t.artist_credit <> '' and t.duration_ms is not null
), shared as (
  select text_key from text group by text_key having count(*) > 1 and bool_or(not has_key)
)
select id, length_ms, text_key as group_key from text join shared using (text_key);
