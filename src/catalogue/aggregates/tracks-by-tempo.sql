-- Tracks by whole beats a minute, at most 400; null: not known. (Grouped by what stands in the column first: that is cheap.)
select least(floor(tempo_bpm::double + 0.5), 400)::integer as bpm, sum(tracks) as tracks
from (select tempo_bpm, count(*) as tracks from segment group by tempo_bpm)
group by all
