-- What the plan keeps, in the order in which it is packed.
select d.track_id, d.disposition, d.gate, d.bytes_estimated, h.size_bytes, h.accession
from disposition d join holding h using (track_id)
where d.disposition <> 'metadata-only'
order by d.gate <> 'open', d.pack_order
