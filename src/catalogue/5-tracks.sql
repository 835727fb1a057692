insert into row_track by name
select
  f.track_id, t.title, t.title_source, c.credit as artist_credit,
  m.album_id,
  nullif(try_cast(regexp_extract(disc.value, '^0*([0-9]{1,4})(\s*(/|of).*)?$', 1) as usmallint), 0) as disc_no,
  nullif(try_cast(regexp_extract(number.value, '^0*([0-9]{1,5})(\s*(/|of).*)?$', 1) as usmallint), 0) as track_no,
  try_cast(f.duration_ms as uinteger) as duration_ms, f.duration_exact, d.date as release_date, d.precision as date_precision,
  language.value as language, f.accession
from live_file f
join track_title t using (track_id)
left join artist_credit c using (track_id)
left join album_member m using (track_id)
left join field_value disc on disc.track_id = f.track_id and disc.field = 'disc_no'
left join field_value number on number.track_id = f.track_id and number.field = 'track_no'
left join field_value date on date.track_id = f.track_id and date.field = 'date'
left join parsed_date d on d.text = date.value
left join field_value language on language.track_id = f.track_id and language.field = 'language';

insert into row_track_genre by name
with once as (
  select g.*
  from genre_value g join folded_text t on t.text = g.genre
  qualify row_number() over (partition by g.track_id, t.folded order by g.ordinal, g.part) = 1
)
select track_id, genre, row_number() over (partition by track_id order by ordinal, part)::integer as position, accession
from once;

insert into row_holding by name
select
  track_id, source, root, path, path_b64, member, member_b64, size_bytes, mtime_ns, container, codec,
  sample_rate_hz, channels, bits_per_sample, duration_ms, duration_exact, bitrate_kbps, accession
from live_file;

insert into row_tag by name
select track_id, ordinal, key, raw_value as value, accession from live_tag;

insert into row_document by name
select source, root, path, path_b64, scope_path, scope_path_b64, package, sha256, text, accession from live_document;

insert into row_package_file by name
select track_id, package, scope_path, scope_path_b64, accession from live_package_file;
