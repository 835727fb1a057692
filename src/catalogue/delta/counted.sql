-- All counts: those of sources of plays matched anew, those of records as they are. In: `play_accession`, whose counts were matched.
create table counted_listen as
select track_id, accession, plays, until from play_listen
union all select track_id, accession, plays, until from row_listen
union all
select track_id, accession, plays, until from base_listen
where accession not in (select id from play_accession) and track_id not in (select track_id from told_track);

insert into row_listen by name select * from play_listen where track_id in (select track_id from told_track);
