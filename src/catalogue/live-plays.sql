-- Play counts. A source of counts is replaced as a whole by its newest accession.
create table play as
with newest as (
  select * from fact_plays qualify ord = max(ord) over (partition by source)
), cleaned as (
  select
    accession, source, match_kind, plays, until,
    nfc_normalize(regexp_replace(replace(clean(match_value), '\', '/'), '^(\./)+', '')) as match_value
  from newest
  where plays >= 0
)
select row_number() over (order by source, match_kind, match_value, plays) as play_no, * from cleaned;
