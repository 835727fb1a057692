-- Tracks from rank `first` to before `last`, in the order of their ids. The keys stand in a table, whose bounds are known:
-- that makes a look-up by position of every join.
select
  twin_track_id(rank) as track_id, head.text || tail.text as title, null as title_source, null as artist_credit,
  case when credits = 1 then [artist_no]
    when credits = 2 then [artist_no, twin_guest(title_bits)]
    when credits = 3 then [artist_no, twin_guest(title_bits), twin_guest(sound_bits)]
    else [artist_no, twin_guest(title_bits), twin_guest(sound_bits), twin_guest(title_bits >> 20)] end as artist_nos,
  album_no, disc_no, track_no,
  duration_ms, true as duration_exact, null as release_date, null as date_precision, popularity, plays, explicit,
  null as language, market_count, blocks[block + 1] + isrc_offset + ((title_bits >> 52) & 3) as isrc,
  danceability, energy, loudness_db, speechiness, acousticness, instrumentalness, liveness, valence, tempo_bpm, key, mode,
  time_signature, feature_tool, getvariable('accession') as accession
from twin_track_key
positional join (from twin_mixed() cross join twin_lists) mixed
join twin_timbre using (timbre_row)
join twin_rhythm using (rhythm_row)
join twin_length using (length_row)
join twin_step using (step)
join twin_phrase head on head.phrase = head_row
join twin_phrase tail on tail.phrase = tail_row
