-- Shuts the gate for what sounds like a track with other rights, unless a declaration opened it.
update effective
set disseminate = false, derive = false, attribution = null, reason = 'same-sound-conflict'
where disseminate and reason <> 'granted-by-declaration'
  and track_id in (select track_id from same_sound where recording in (select recording from sound_conflict));
