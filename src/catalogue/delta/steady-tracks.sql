-- The rows of steady tracks: what their records say that is new, and the numbers and codes that they have. In: `steady_number`,
-- `steady_record`, `record_accession`.
create view steady_track as
select r.* exclude (seq, source, release_key, all_plays), all_plays as plays from told_row('steady_record') r;

create view steady_isrc as
select s.isrc, s.popularity, s.track_id, a.accession
from steady_number s join record_accession a on a.ord = record_ord(s.seq) where s.isrc is not null;

insert into replaced_entity select 'track', track_id, null from steady;
