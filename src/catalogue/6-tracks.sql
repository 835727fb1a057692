-- Popularity 0–100: the logarithm of the plays beside that of the most played track. No count, no popularity.
create table track_plays as
with total as (select track_id, sum(plays)::bigint as plays from listen group by track_id)
select
  track_id, plays,
  case when max(plays) over () = 0 then 0.0 else 100 * ln(1 + plays) / ln(1 + max(plays) over ()) end as popularity
from total;

create table track as
select
  f.track_id, t.title, folded.folded as title_folded, t.title_source, c.credit as artist_credit,
  m.album_id,
  nullif(try_cast(regexp_extract(disc.value, '^0*([0-9]{1,4})(\s*(/|of).*)?$', 1) as integer), 0) as disc_no,
  nullif(try_cast(regexp_extract(number.value, '^0*([0-9]{1,5})(\s*(/|of).*)?$', 1) as integer), 0) as track_no,
  f.duration_ms, f.duration_exact, d.date as release_date, d.precision as date_precision,
  p.popularity, p.plays, language.value as language, f.accession
from live_file f
join track_title t using (track_id)
join folded_text folded on folded.text = t.title
left join artist_credit c using (track_id)
left join album_member m using (track_id)
left join field_value disc on disc.track_id = f.track_id and disc.field = 'disc_no'
left join field_value number on number.track_id = f.track_id and number.field = 'track_no'
left join field_value date on date.track_id = f.track_id and date.field = 'date'
left join parsed_date d on d.text = date.value
left join field_value language on language.track_id = f.track_id and language.field = 'language'
left join track_plays p on p.track_id = f.track_id;

create table track_genre as
with once as (
  select g.*
  from genre_value g join folded_text t on t.text = g.genre
  qualify row_number() over (partition by g.track_id, t.folded order by g.ordinal, g.part) = 1
)
select track_id, genre, row_number() over (partition by track_id order by ordinal, part)::integer as position, accession
from once;

create table holding as
select
  track_id, source, root, path, path_b64, member, member_b64, size_bytes, mtime_ns, container, codec,
  sample_rate_hz, channels, bits_per_sample, duration_ms, duration_exact, bitrate_kbps, accession
from live_file;

create table tag as
select track_id, ordinal, key, raw_value as value, accession from live_tag;

create table document as
select source, root, path, path_b64, scope_path, scope_path_b64, package, sha256, text, accession from live_document;

create table package_file as
select track_id, package, scope_path, scope_path_b64, accession from live_package_file;

-- Nothing fills these from a folder of files; readers may count on them all the same.
create table artist_genre (artist_id ubigint, genre varchar, position integer, accession varchar);
create table feature (track_id ubigint, name varchar, value double, unit varchar, tool varchar, accession varchar);
