-- Where in the small tables the rest of each track stands, in the order of track.sql.
select
  greatest(sound_bits & getvariable('sound_mask'), no_features)::integer as timbre_row,
  greatest((sound_bits >> 16) & getvariable('sound_mask'), no_features)::integer as rhythm_row,
  ((sound_bits >> 32) & getvariable('sound_mask'))::integer as length_row,
  (popularity * 64 + ((sound_bits >> 48) + rank & 63))::integer as step,
  twin_head(title_bits, shape.head_first, shape.head_count)::integer as head_row,
  twin_tail(title_bits >> 22, shape.tail_first, shape.tail_count)::integer as tail_row
from (select *, titles[((title_bits >> 40) & 4095) + 1] as shape from twin_mixed() cross join twin_lists)
