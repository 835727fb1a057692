-- Sums and sums of products of the features as whole numbers to the nearest (thousandths; loudness in 0.1 dB from -100, tempo
-- in 0.5 BPM), over the tracks that have all seven in their ranges. A product is below two million, and sums of whole numbers
-- are exact in DOUBLE up to 2^53: that is 4,500 million tracks, in any order of the rows.
select
  count(*) as tracks,
  sum(danceability)::hugeint as sum_danceability, sum(energy)::hugeint as sum_energy, sum(loudness)::hugeint as sum_loudness,
  sum(acousticness)::hugeint as sum_acousticness, sum(instrumentalness)::hugeint as sum_instrumentalness, sum(valence)::hugeint as sum_valence,
  sum(tempo)::hugeint as sum_tempo,
  sum(danceability * danceability)::hugeint as danceability_danceability,
  sum(danceability * energy)::hugeint as danceability_energy,
  sum(danceability * loudness)::hugeint as danceability_loudness,
  sum(danceability * acousticness)::hugeint as danceability_acousticness,
  sum(danceability * instrumentalness)::hugeint as danceability_instrumentalness,
  sum(danceability * valence)::hugeint as danceability_valence,
  sum(danceability * tempo)::hugeint as danceability_tempo,
  sum(energy * energy)::hugeint as energy_energy,
  sum(energy * loudness)::hugeint as energy_loudness,
  sum(energy * acousticness)::hugeint as energy_acousticness,
  sum(energy * instrumentalness)::hugeint as energy_instrumentalness,
  sum(energy * valence)::hugeint as energy_valence,
  sum(energy * tempo)::hugeint as energy_tempo,
  sum(loudness * loudness)::hugeint as loudness_loudness,
  sum(loudness * acousticness)::hugeint as loudness_acousticness,
  sum(loudness * instrumentalness)::hugeint as loudness_instrumentalness,
  sum(loudness * valence)::hugeint as loudness_valence,
  sum(loudness * tempo)::hugeint as loudness_tempo,
  sum(acousticness * acousticness)::hugeint as acousticness_acousticness,
  sum(acousticness * instrumentalness)::hugeint as acousticness_instrumentalness,
  sum(acousticness * valence)::hugeint as acousticness_valence,
  sum(acousticness * tempo)::hugeint as acousticness_tempo,
  sum(instrumentalness * instrumentalness)::hugeint as instrumentalness_instrumentalness,
  sum(instrumentalness * valence)::hugeint as instrumentalness_valence,
  sum(instrumentalness * tempo)::hugeint as instrumentalness_tempo,
  sum(valence * valence)::hugeint as valence_valence,
  sum(valence * tempo)::hugeint as valence_tempo,
  sum(tempo * tempo)::hugeint as tempo_tempo
from (
  select
    floor(danceability::double * 1000 + 0.5) as danceability,
    floor(energy::double * 1000 + 0.5) as energy,
    floor((loudness_db::double + 100) * 10 + 0.5) as loudness,
    floor(acousticness::double * 1000 + 0.5) as acousticness,
    floor(instrumentalness::double * 1000 + 0.5) as instrumentalness,
    floor(valence::double * 1000 + 0.5) as valence,
    floor(tempo_bpm::double * 2 + 0.5) as tempo
  from segment
  where danceability between 0 and 1 and energy between 0 and 1 and loudness_db between -100 and 20 and acousticness between 0 and 1
    and instrumentalness between 0 and 1 and valence between 0 and 1 and tempo_bpm between 0 and 500
)
having count(*) > 0
