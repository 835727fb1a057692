-- Pairs of features on a grid of 16 by 16 (steps of 1/16; loudness: 2 dB from -32 to 0; the upper end belongs to the last
-- step): cell = column * 16 + row. Tracks that lack one of the two, or have one out of these ranges, are not counted.
select 'energy, loudness' as pair, cell::integer as cell, count(*) as tracks
from (
  select ((floor(energy * 16::float) - (energy = 1)::float) * 16::float
    + floor((loudness_db + 32::float) / 2::float) - (loudness_db = 0)::float)::utinyint as cell
  from segment where energy between 0 and 1 and loudness_db between -32 and 0
)
group by cell
union all
select 'danceability, valence', cell::integer, count(*)
from (
  select ((floor(danceability * 16::float) - (danceability = 1)::float) * 16::float
    + floor(valence * 16::float) - (valence = 1)::float)::utinyint as cell
  from segment where danceability between 0 and 1 and valence between 0 and 1
)
group by cell
union all
select 'acousticness, instrumentalness', cell::integer, count(*)
from (
  select ((floor(acousticness * 16::float) - (acousticness = 1)::float) * 16::float
    + floor(instrumentalness * 16::float) - (instrumentalness = 1)::float)::utinyint as cell
  from segment where acousticness between 0 and 1 and instrumentalness between 0 and 1
)
group by cell
union all
select 'speechiness, liveness', cell::integer, count(*)
from (
  select ((floor(speechiness * 16::float) - (speechiness = 1)::float) * 16::float
    + floor(liveness * 16::float) - (liveness = 1)::float)::utinyint as cell
  from segment where speechiness between 0 and 1 and liveness between 0 and 1
)
group by cell
