-- Groups of tracks that are one recording, in which a plain look at the neighbour does not tell who stays: those with a
-- held file, and those of tracks that are in several groups. In: `segment_isrc`, `segment_track`, `held`, `shared_isrc` and
-- `shared_cluster` (the keys of these groups). Out: `contest` (kind, key, track_id, place), where the first place stays:
-- a held file before none, the more popular, what may be published, the longer file, the smaller id.
create table contest as
with member as (
  select 1::utinyint as kind, isrc as key, track_id from segment_isrc where isrc in (from shared_isrc)
  union
  select 2, same_as, id from segment_resolution where entity = 'track' and same_as in (from shared_cluster)
  union
  select 2, same_as, same_as from segment_resolution where entity = 'track' and same_as in (from shared_cluster)
  union
  select 4, recording, track_id from same_sound
), competitor as (
  select t.track_id, t.popularity, h.track_id is not null as is_held, coalesce(h.original_open, false) as is_open, coalesce(h.size_bytes, 0) as size_bytes
  from segment_track t left join held h using (track_id)
  where t.track_id in (select track_id from member) and (getvariable('assumes') or h.track_id is not null)
), placed as (
  select track_id, row_number() over (order by is_held desc, popularity desc nulls last, is_open desc, size_bytes desc, track_id) as place
  from competitor
)
select m.kind, m.key, m.track_id, p.place from member m join placed p using (track_id);
