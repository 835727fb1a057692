-- A full build computes the rows of all records.
create view live_record as from told_record;
create table known_fold (text varchar, folded varchar);
