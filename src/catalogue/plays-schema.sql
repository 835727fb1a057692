-- The facts of counts of plays, of all accessions. `ord` counts accessions, oldest first.
create table fact_plays (
  ord integer, accession varchar, source varchar,
  match_kind varchar, match_value varchar, plays bigint, until varchar
);
