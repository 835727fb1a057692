-- The label of a release is the first that it names.
create table record_label as
select
  source, accession, release_key, clean(labels[1]) as name, coalesce(f.folded, fold_plain(clean(labels[1]))) as folded
from live_release left join record_fold f on f.text = clean(labels[1])
where clean(labels[1]) <> '';

-- Credits with the artists that they name.
create view named_record_credit as
select
  c.*, entity_id('artist:' || source, coalesce(key, name_key(coalesce(f.folded, fold_plain(name))))) as artist_id
from record_credit c left join record_fold f on f.text = c.name;
