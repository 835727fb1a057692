-- Counts for a person's eye.
select
  (select count(*) from row_track where title_source = 'file-name') as titles_from_file_names,
  (select count(*) from row_track where artist_credit is null) as tracks_without_artist,
  (
    (select count(*) from (select * from fact_file qualify ord = max(ord) over (partition by source, track_id)) where status = 'audio')
    - (select count(*) from live_file)
    + (select count(distinct artist_key) - count(distinct artist_id) from named_artist)
    + (select count(distinct album_key) - count(distinct album_id) from album_member)
  ) as id_collisions,
  (select rows from play_matching) as plays_rows,
  (select matched from play_matching) as plays_matched,
  (select ambiguous from play_matching) as plays_ambiguous
