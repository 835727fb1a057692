-- What the accessions of this source said last of every name. `accession_file` (file, ord) lists their tables of files;
-- `known_file` holds the rows of all of them with the ord of each.
create table known as
select * from known_file
qualify row_number() over (partition by path_key, member_key order by ord desc, status = 'rejected') = 1;

drop table known_file;
