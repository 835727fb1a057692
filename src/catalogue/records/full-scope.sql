-- What a full build counts for names and numbers of tracks: everything.
create view speaking_artists as select * from record_artists;
create view spelling_credit as select source, key, name from record_credit;
create view spelling_label as select source, name, folded from record_label;

create table release_tracks as
select
  entity_id('album:' || source, release_key) as album_id, count(*) as track_count, any_value(o.accession) as accession
from live_record join first_accession o using (source)
where release_key <> ''
group by 1;
