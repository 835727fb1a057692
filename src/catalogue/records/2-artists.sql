-- Artists and credits. In: the live records, `named_record_credit`, `spelling_credit` (all credits that count for the name of
-- an artist), `first_accession` of each source.
-- Most tracks have one credit, which needs no place among others.
insert into row_credit by name
select track_id, role, 1 as position, artist_id, accession from named_record_credit where credits = 1;
insert into row_credit by name
with once as (
  select track_id, artist_id, role, accession, ordinal
  from named_record_credit where credits > 1
  qualify row_number() over (partition by track_id, role, artist_id order by ordinal) = 1
)
select track_id, role, row_number() over (partition by track_id, role order by ordinal)::integer as position, artist_id, accession
from once;

insert into row_artist by name
with credited as (
  select
    entity_id('artist:' || source, coalesce(key, name_key(coalesce(f.folded, fold_plain(name))))) as artist_id,
    any_value(source) as source, min(nullif(name, '')) as name
  from spelling_credit c left join record_fold f on f.text = c.name
  group by 1
), said as (
  select
    entity_id('artist:' || source, artist_key) as artist_id, source, nullif(clean(name), '') as name, popularity, followers, accession
  from live_artist
)
select
  artist_id, coalesce(s.name, c.name, '') as name,
  case when s.popularity between 0 and 100 then s.popularity end::float as popularity,
  case when s.followers >= 0 then s.followers end::ubigint as followers,
  coalesce(s.accession, o.accession) as accession
from said s full join credited c using (artist_id)
left join first_accession o on o.source = c.source
where s.name is not null or c.artist_id is not null;

insert into row_artist_genre by name
with listed as (
  select entity_id('artist:' || source, artist_key) as artist_id, accession, unnest(genres) as genre, generate_subscripts(genres, 1) as ordinal
  from live_artist
), once as (
  select artist_id, accession, clean(genre) as genre, min(ordinal) as ordinal
  from listed where clean(genre) <> '' and artist_id in (select artist_id from row_artist)
  group by all
)
select artist_id, row_number() over (partition by artist_id order by ordinal, genre)::integer as position, genre, accession from once;
