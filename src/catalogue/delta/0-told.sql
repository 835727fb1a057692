-- What the new records say of text, length, ISRC and credits. In: `newest_tracks`.
set disabled_optimizers = 'join_order,build_side_probe_side';
create table told_track as
with told as (
  select *, isrcs[1] as code, len(credits) as artists, credits[1] as first_credit from newest_tracks
)
select
  track_id, seq, source, nullif(release_key, '') as release_key, artists, coalesce(first_credit.role, 'main') = 'main' as is_main, first_credit.name as name,
  nullif(first_credit.key, '') as key, case when artists > 1 then credits end as all_credits,
  case when status = 'track' and len(coalesce(identifiers, [])) = 0 and len(coalesce(isrcs, [])) < 2 and artists > 0 then hash(
    title, coalesce(nullif(artist_credit, ''), case when artists = 1 then first_credit.name end),
    case when duration_ms between 1 and 4294967295 then duration_ms end::uinteger,
    case when len(isrcs) = 1 then coalesce(isrc_pack(code), 0) end, artists, coalesce(release_key, '') <> ''
  ) end as said
from told;

create table known_track (
  track_id ubigint, seq bigint, is_alike boolean, title varchar, artist_credit varchar, duration_ms uinteger, album_no uinteger,
  artist_nos uinteger[], isrc ubigint, plays ubigint, popularity float
);
reset disabled_optimizers;
