-- Tracks by whole beats a minute, at most 400; null: not known.
select case when tempo_bpm is not null then least(round(tempo_bpm), 400)::integer end as bpm, count(*) as tracks
from segment
group by all
