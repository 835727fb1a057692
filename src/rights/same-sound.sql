-- What the rights of tracks that sound the same are. In: views `recording` (docs/formats/recordings.md) and `effective`.
create view same_sound as
select r.recording, r.is_best, r.similarity, e.track_id, e.disseminate, e.derive, e.licence, e.reason
from recording r join effective e using (track_id);

-- Recordings whose tracks may not all go out alike. What is dark, is so under any licence; what was made dark for this
-- very reason still differs. Settled: what goes out does so because somebody declared it.
create view sound_conflict as
select
  recording, count(*) as tracks,
  bool_and(not disseminate or reason = 'granted-by-declaration') and bool_and(reason <> 'same-sound-conflict') as is_settled
from same_sound
group by recording
having bool_or(reason = 'same-sound-conflict')
  or count(distinct (disseminate, derive, case when disseminate then coalesce(licence, '') end)) > 1;
