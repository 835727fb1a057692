-- What resolution works on. A full build fills these from all rows, an incremental one from what a change can reach.
create table res_track (id ubigint, title varchar, artist_credit varchar, duration_ms uinteger);
create table res_code (entity varchar, id ubigint, scheme varchar, value varchar);
create table res_name (entity varchar, id ubigint, name varchar);
create table res_credit (track_id ubigint, artist_id ubigint);
-- Clusters that stand already, without those of their members that have no strong identifier. 0 mbid, 1 isrc, 2 gtin, 3 text.
create table res_preset (entity varchar, id ubigint, leader ubigint, evidence utinyint);
-- Identifiers of whose tracks only some are here, and clusters of tracks that are not here: as they were found before.
create table if not exists known_value (scheme varchar, value varchar, in_conflict boolean);
create table if not exists settled_cluster (id ubigint, same_as ubigint);
