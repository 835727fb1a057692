-- Pairs of features on a grid of 16 by 16 (steps of 1/16; loudness: 2 dB from -32 to 0; the upper end belongs to the last
-- step): cell = column * 16 + row. Features count to the nearest thousandth, loudness to 0.1 dB (from -100). Tracks that lack
-- one of the two, or have one out of these ranges, are not counted.
with feature as (
  select
    case when danceability between 0 and 1 then least(floor(danceability::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as danceability,
    case when energy between 0 and 1 then least(floor(energy::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as energy,
    case when loudness_db between -100 and 20 then floor((loudness_db::double + 100) * 10 + 0.5)::integer end as loudness,
    case when acousticness between 0 and 1 then least(floor(acousticness::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as acousticness,
    case when instrumentalness between 0 and 1 then least(floor(instrumentalness::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as instrumentalness,
    case when valence between 0 and 1 then least(floor(valence::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as valence,
    case when speechiness between 0 and 1 then least(floor(speechiness::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as speechiness,
    case when liveness between 0 and 1 then least(floor(liveness::double * 1000 + 0.5)::integer * 16 // 1000, 15) end as liveness
  from segment
), pair as (
  select 'energy, loudness' as pair, energy * 16 + least((loudness - 680) // 20, 15) as cell from feature where loudness between 680 and 1000
  union all select 'danceability, valence', danceability * 16 + valence from feature
  union all select 'acousticness, instrumentalness', acousticness * 16 + instrumentalness from feature
  union all select 'speechiness, liveness', speechiness * 16 + liveness from feature
)
select pair, cell::integer as cell, count(*) as tracks
from pair
where cell is not null
group by all
