-- Artists, each of its source: by MusicBrainz id where one is given, else by folded name.
create table named as
select n.*, f.folded
from name_value n join folded_text f on f.text = n.name;

-- MusicBrainz ids belong to the names in their order, when there are as many of them.
create table artist_mbid as
with mbid as (
  select
    t.track_id, p.value as mbid,
    row_number() over (partition by t.track_id order by t.ordinal, p.part) as position,
    count(*) over (partition by t.track_id) as count
  from live_tag t
  join parsed_identifier p on p.key = t.key and p.tag_value = t.value
  where p.entity = 'artist' and p.scheme = 'mbid-artist' and p.value is not null
), name as (
  select track_id, source, folded, position, count(*) over (partition by track_id) as count
  from named where role = 'main'
)
select n.track_id, n.source, n.folded, n.position, m.mbid
from name n join mbid m using (track_id, position, count);

-- A name that has one id in this source has it on the tracks that do not say so too.
create table known_artist_mbid as
select source, folded, min(mbid) as mbid
from artist_mbid group by source, folded having count(distinct mbid) = 1;

create table named_artist as
with resolved as (
  select n.*, coalesce(own.mbid, known.mbid) as mbid
  from named n
  left join artist_mbid own
    on n.role = 'main' and own.track_id = n.track_id and own.position = n.position
  left join known_artist_mbid known on known.source = n.source and known.folded = n.folded
)
select
  *,
  entity_id('artist:' || source, coalesce('mbid' || chr(0) || mbid, folded)) as artist_id,
  source || chr(0) || coalesce('mbid' || chr(0) || mbid, folded) as artist_key
from resolved;

create table track_artist as
with once as (
  select track_id, artist_id, role, accession, position as given_position
  from named_artist
  qualify row_number() over (partition by track_id, role, artist_id order by position) = 1
)
select
  track_id, artist_id,
  row_number() over (partition by track_id, role order by given_position)::integer as position,
  role, accession
from once;

-- The spelling used most often; of equals the first.
create table artist as
with spelling as (
  select artist_id, name, folded, count(*) as uses, min(accession) as accession
  from named_artist group by artist_id, name, folded
)
select artist_id, name, min(accession) over (partition by artist_id) as accession
from spelling
qualify row_number() over (partition by artist_id order by uses desc, name) = 1;

insert into row_artist by name select * from artist;
insert into row_credit by name select * from track_artist;

-- Who a track is by, as one text: the only ARTIST as it is printed, else the names in their order.
create table artist_credit as
with printed as (
  select track_id, min(value) as credit
  from live_tag where key = 'ARTIST' and value <> '' group by track_id having count(*) = 1
), listed as (
  select t.track_id, string_agg(a.name, ', ' order by t.position) as credit
  from track_artist t join artist a using (artist_id)
  where t.role = 'main' group by t.track_id
)
select track_id, coalesce(p.credit, l.credit) as credit
from listed l full join printed p using (track_id);
