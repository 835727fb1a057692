-- What was measured while packing, of the files that are held: the newest row, when it is of a file of this size.
create table live_measure as
select m.*
from (
  select * from fact_measure qualify ord = max(ord) over (partition by track_id)
) m
join row_holding h on h.track_id = m.track_id and h.size_bytes = m.size_bytes;

update row_track t
set
  danceability = m.danceability::float, energy = m.energy::float, loudness_db = m.loudness_db::float,
  tempo_bpm = m.tempo_bpm::float, key = m.key::utinyint, mode = m.mode::utinyint, feature_tool = m.tool
from live_measure m
where t.track_id = m.track_id;

-- ReplayGain of albums: EBU R 128 over the gating blocks of all their tracks, which are counted in tenths of an LU above
-- -70 LUFS; the same arithmetic as `albumGain` in the stage audio. A block counts with the power in the middle of its bin.
insert into row_replay_gain by name
with track_bin as (
  select t.album_id, unnest(m.block_counts) as blocks, m.first_block_bin + generate_subscripts(m.block_counts, 1) - 1 as bin
  from live_measure m join row_track t using (track_id)
  where t.album_id is not null
), album_bin as (
  select album_id, sum(blocks) as blocks, -70 + (bin + 0.5::double) / 10 as lufs
  from track_bin group by album_id, bin having sum(blocks) > 0
), powered as (
  select *, pow(10::double, (lufs + 0.691::double) / 10) as power from album_bin
), ungated as (
  select album_id, 10 * log10(sum(blocks * power) / sum(blocks)) - 0.691::double as lufs from powered group by album_id
), album_loudness as (
  select p.album_id, 10 * log10(sum(p.blocks * p.power) / sum(p.blocks)) - 0.691::double as lufs
  from powered p join ungated u using (album_id)
  -- Ten below, to the hundredth of an LU.
  where floor((p.lufs + 70) * 100) >= floor((u.lufs - 10 + 70) * 100)
  group by p.album_id
), album_peak as (
  select t.album_id, max(m.peak) as peak, count(*)::integer as tracks
  from live_measure m join row_track t using (track_id)
  where m.block_counts is not null
  group by t.album_id
)
select
  m.track_id, m.gain_db, m.peak, -18 - l.lufs as album_gain_db, p.peak as album_peak, p.tracks as album_tracks, m.accession
from live_measure m
join row_track t using (track_id)
left join album_loudness l on l.album_id = t.album_id
left join album_peak p on p.album_id = l.album_id
where m.gain_db is not null or l.lufs is not null;
