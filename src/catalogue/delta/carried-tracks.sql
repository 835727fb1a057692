-- Everything of these tracks, as it stands on disk, with their counts as they are now.
create view carried_track as
select t.* replace (p.popularity as popularity, p.plays::ubigint as plays)
from base_track t join repopular using (track_id) left join track_popularity p using (track_id);
create view carried_isrc as
select i.* replace (p.popularity as popularity)
from base_isrc i join repopular using (track_id) left join track_popularity p using (track_id);
create view carried_listen as select * from counted_listen where track_id in (from repopular);
create view carried_credit as select * from base_credit where track_id in (from repopular);
create view carried_identifier as select * from base_identifier where entity = 'track' and entity_id in (from repopular);
create view carried_track_genre as select * from base_track_genre where track_id in (from repopular);
create view carried_holding as select * from base_holding where track_id in (from repopular);
create view carried_tag as select * from base_tag where track_id in (from repopular);
create view carried_replay_gain as select * from base_replay_gain where track_id in (from repopular);

insert into replaced_entity select 'track', track_id, null from repopular;
