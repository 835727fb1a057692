-- What a snapshot says, without the numbers that are its own: for comparing it with another.
create view said_track as
select t.* exclude (artist_nos, album_no, isrc), a.album_id
from segment_track t left join (select album_no, album_id from segment_album) a using (album_no);
create view said_album as select * exclude (album_no) from segment_album;
create view said_artist as select * exclude (artist_no) from segment_artist;
create view said_label as select * from segment_label;
create view said_holding as select * from segment_holding;
create view said_track_artist as select * exclude (artist_no) from track_artist;
create view said_artist_genre as select * exclude (artist_no) from artist_genre;
create view said_track_genre as select * from track_genre;
create view said_listen as select * from listen;
create view said_tag as select * from tag;
create view said_replay_gain as select * from segment_replay_gain;
create view said_identifier as select * from identifier;
create view said_resolution as select * from resolution;
create view said_document as select * from document;
create view said_package_file as select * from package_file;
create view said_conflict as select * from conflict;
create view said_redirect as select * from redirect;
