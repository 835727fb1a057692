-- Names found, and how they stand beside the last accession. `still_refused` and `file_row` are empty in a plan.
select
  (select count(*) from seen) as seen,
  (select count(*) from todo where change = 'added') + (select count(*) from refused where change = 'added') as added,
  (select count(*) from todo where change <> 'added') - (select count(*) from still_refused)
    + (select count(*) from refused where change = 'changed') as changed,
  (select count(*) from gone) as gone,
  (select count(*) from file_row where status = 'audio') as audio,
  (select count(*) from file_row where status = 'rejected') as rejected,
  (select count(*) from document_row) as documents,
  (select count(*) from file_row) as file_rows,
  (select coalesce(sum(size_bytes), 0)::bigint from todo where kind = 'file') as bytes_to_read,
  (select count(*) from todo) as todo
