-- What the records say now: of each key the newest row. In: views `record_<table>` with `seq` (accession, then row).
create table live_record_at as
select track_id, max(seq) as seq from record_tracks group by track_id;

create view told_record as
select r.* from record_tracks r join live_record_at l using (track_id, seq) where r.status = 'track';

create view live_release as
with newest as (select source, release_key, max(seq) as seq from record_releases where release_key is not null group by all)
select r.* from record_releases r join newest using (source, release_key, seq)
-- A release without a title says nothing.
where clean(title) <> '';
