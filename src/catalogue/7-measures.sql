-- What was measured while packing, of the files that are held: the newest row, when it is of a file of this size.
update row_track t
set
  danceability = m.danceability::float, energy = m.energy::float, loudness_db = m.loudness_db::float,
  tempo_bpm = m.tempo_bpm::float, key = m.key::utinyint, mode = m.mode::utinyint, feature_tool = m.tool
from (
  select * from fact_measure qualify ord = max(ord) over (partition by track_id)
) m
join row_holding h on h.track_id = m.track_id and h.size_bytes = m.size_bytes
where t.track_id = m.track_id;
