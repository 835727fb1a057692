-- What is held of each track, with its sizes in blocks of 512 bytes. In: the segment views of a snapshot, and `gate`
-- (track_id, disseminate, derive). Variables: access_kbps, access_codec.
create macro blocks(bytes) as ceil(bytes / 512::double);

-- Without a bit rate: the nominal rate of the most common lossy files; lossless coding takes about 0.6 of the PCM.
create macro assumed_kbps(codec, sample_rate_hz, channels, bits_per_sample) as
  case when codec in ('pcm', 'flac', 'alac') then
    coalesce(sample_rate_hz, 44100)::double * coalesce(channels, 2) * coalesce(bits_per_sample, 16)
      * (case codec when 'pcm' then 1::double else 0.6::double end) / 1000
  else 160::double end;

-- JSON without tags takes 2.0 to 2.6 KiB on real music; Chromaprint is 7.8 words of 32 bits a second, in base64.
create macro json_bytes(tag_bytes, duration_ms) as 2560 + tag_bytes + ceil(duration_ms * 42 / 1000);

-- Two tar headers, the JSON and the audio, each filled up to whole blocks.
create macro entry_blocks(json, audio) as 2 + blocks(json) + blocks(audio);

-- The mean bit rate of a constrained-VBR Opus stream, its Ogg pages included, is at most 2 % over the one asked for. Mono
-- takes as much as stereo, more channels half as much each. 4 KiB: headers, padding, provenance, first pages.
create macro copy_bytes(duration_ms, channels, tag_bytes) as
  ceil(duration_ms * (getvariable('access_kbps')::double * greatest(1, coalesce(channels, 2) / 2::double) * 1.02::double) / 8) + 4096 + tag_bytes;

create table held as
with tags as (
  -- As in the track's JSON: quotes, commas and brackets of a pair take seven bytes.
  select track_id, sum(strlen(key) + strlen(value) + 7)::double as tag_bytes
  from segment_tag
  group by track_id
), measured as (
  select
    h.track_id, h.size_bytes::double as size_bytes, h.codec, h.channels, coalesce(t.tag_bytes, 0) as tag_bytes,
    h.bitrate_kbps::double as bitrate_kbps,
    case
      when h.duration_ms > 0 then h.duration_ms::double
      when h.bitrate_kbps > 0 then round(h.size_bytes * 8::double / h.bitrate_kbps)
      else round(h.size_bytes * 8::double / assumed_kbps(h.codec, h.sample_rate_hz, h.channels, h.bits_per_sample))
    end as duration_ms,
    case
      when h.duration_ms > 0 and h.duration_exact then 'measured'
      when h.duration_ms > 0 then 'estimated-by-reader'
      when h.bitrate_kbps > 0 then 'from-size-and-bitrate'
      else 'from-size-and-codec'
    end as duration_basis
  from segment_holding h left join tags t using (track_id)
), sized as (
  select
    *, json_bytes(tag_bytes, duration_ms) as json, copy_bytes(duration_ms, channels, tag_bytes) as copy,
    coalesce(bitrate_kbps, size_bytes * 8 / greatest(1, duration_ms)) as source_kbps
  from measured
)
select
  s.track_id, s.size_bytes, entry_blocks(s.json, s.size_bytes) as original_blocks,
  -- No copy of what is Opus at that rate already, or would be no smaller.
  case
    when s.codec = getvariable('access_codec') and s.source_kbps <= getvariable('access_kbps') * 1.02::double then null
    when s.copy >= s.size_bytes then null
    else entry_blocks(s.json, s.copy)
  end as copy_blocks,
  coalesce(g.disseminate, false) as original_open, coalesce(g.disseminate and g.derive, false) as copy_open,
  s.duration_ms, s.duration_basis
from sized s left join gate g using (track_id)
order by s.track_id;
