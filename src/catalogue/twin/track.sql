-- Tracks from rank `first` to before `last`, in the order of their ids. What belongs to the recording (title, sound,
-- length, artists) comes from its number, so that all tracks with one ISRC have the same.
with slots as (
  select number as rank, place // 10000 as block, place % 10000 as slot
  from twin_permuted(getvariable('first'), getvariable('last'), getvariable('track_width'), getvariable('track_height'),
    getvariable('key_a'), getvariable('key_b'), getvariable('key_c'), getvariable('key_d'))
), placed as (
  select s.rank, s.block, p.*, s.block * 7264 + p.recording as song,
    twin_shifted(s.block, p.album_shift) as album_block, twin_shifted(s.block, p.artist_shift) as artist_block
  from slots s join twin_place p using (slot)
), mixed as (
  select *, twin_more_popular(stratum, album_block) as more_popular,
    twin_mix(song, getvariable('key_timbre')) as timbre_bits, twin_mix(song, getvariable('key_rhythm')) as rhythm_bits,
    twin_mix(song, getvariable('key_title')) as title_bits, twin_mix(song, getvariable('key_guest')) as guest_bits,
    twin_mix(rank, getvariable('key_plays')) as plays_bits
  from placed
), shaped as (
  select *, twin_popularity(more_popular, popularity_first, falls_at) as popularity from mixed
)
select
  twin_track_id(rank) as track_id, head.text || tail.text as title, null as title_source, null as artist_credit,
  case when credits = 1 then [artist_block * 603 + artist + 1]
    when credits = 2 then [artist_block * 603 + artist + 1, guest_bits % getvariable('artists') + 1]
    when credits = 3 then [artist_block * 603 + artist + 1, guest_bits % getvariable('artists') + 1,
      (guest_bits >> 30) % getvariable('artists') + 1]
    else [artist_block * 603 + artist + 1, guest_bits % getvariable('artists') + 1,
      (guest_bits >> 30) % getvariable('artists') + 1, (guest_bits >> 15) % getvariable('artists') + 1] end as artist_nos,
  album_block * 2288 + album + 1 as album_no, disc_no, track_no,
  duration_ms, true as duration_exact, null as release_date, null as date_precision, popularity, plays, explicit,
  null as language, market_count, block_isrc + isrc_offset + ((title_bits >> 52) & 3) as isrc,
  danceability, energy, loudness_db, speechiness, acousticness, instrumentalness, liveness, valence, tempo_bpm, key, mode,
  time_signature, feature_tool, getvariable('accession') as accession
from shaped
join twin_block using (block)
join twin_timbre on timbre_row = greatest(timbre_bits & getvariable('sound_mask'), no_features)
join twin_rhythm on rhythm_row = greatest(rhythm_bits & getvariable('sound_mask'), no_features)
join twin_length on length_row = (timbre_bits >> 20) & getvariable('sound_mask')
join twin_shape shape on shape.shape = ((title_bits >> 40) & 4095)
join twin_phrase head on head.phrase = twin_head(title_bits, head_first, head_count)
join twin_phrase tail on tail.phrase = twin_tail(title_bits >> 22, tail_first, tail_count)
join twin_step on step = popularity * 64 + (plays_bits & 63)
