-- What the plan keeps of what is held, in the order in which it is packed: on each side of the gate the most popular first, a
-- track whose popularity nobody knows after those known to be unpopular.
select d.track_id, d.disposition, d.gate, d.bytes_estimated, h.size_bytes, h.accession
from disposition d
join holding h using (track_id)
join segment_track t using (track_id)
where d.disposition <> 'metadata-only'
order by d.gate <> 'open', t.popularity desc nulls last, d.track_id
