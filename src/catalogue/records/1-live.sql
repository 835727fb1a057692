-- What the records say now: of each key the newest row. In: views `record_<table>` with `seq` (accession, then row), `newest_tracks`.
create view told_record as select * from newest_tracks where status = 'track';

create view live_release as
with newest as (select source, release_key, max(seq) as seq from record_releases where release_key is not null group by all)
select r.* from record_releases r join newest using (source, release_key, seq)
-- A release without a title says nothing.
where clean(title) <> '';
