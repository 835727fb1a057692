-- Other tracks that may have one of these texts, by duration and by text as far as SQL folds it. Most have an ISRC and are
-- looked for only when a text belongs to a track that no strong identifier speaks of.
create table near_ms as
select distinct duration_ms // 2000 + unnest([-1, 0, 1]) as step from (select distinct duration_ms::integer as duration_ms from text_track);

create table plain_key as
select distinct hash(coalesce(tf.folded, fold_plain(title)) || chr(0) || coalesce(cf.folded, fold_plain(artist_credit))) as key
from text_track t
left join delta_fold tf on tf.text = t.title left join delta_fold cf on cf.text = t.artist_credit
where title <> '';

create view far_candidate as
select track_id as id, title, artist_credit, duration_ms, isrc
from base_track
where artist_credit is not null and duration_ms is not null and title <> ''
  and duration_ms // 2000 in (select step from near_ms)
  and (
    not is_plain(title) or not is_plain(artist_credit)
    or hash(fold_plain(title) || chr(0) || fold_plain(artist_credit)) in (select key from plain_key)
  )
  and track_id not in (from altered_track)
  and track_id not in (select id from reach_track);

create table far_track as select id, title, artist_credit, duration_ms from far_candidate where isrc is null;
