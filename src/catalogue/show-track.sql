-- track
select * from track where track_id = $track::ubigint;

-- artists
select a.name, t.role, t.position, t.accession
from track_artist t join artist a using (artist_id)
where t.track_id = $track::ubigint order by t.role, t.position;

-- album
select a.*, l.name as label
from track t join album a using (album_id) left join label l using (label_id)
where t.track_id = $track::ubigint;

-- identifiers
select i.entity, i.scheme, i.value, i.raw, i.valid, i.reason, i.accession
from identifier i
where (i.entity = 'track' and i.entity_id = $track::ubigint)
  or (i.entity = 'album' and i.entity_id in (select album_id from track where track_id = $track::ubigint))
  or (i.entity = 'artist' and i.entity_id in (select artist_id from track_artist where track_id = $track::ubigint))
order by i.entity desc, i.scheme, i.value nulls last, i.raw;

-- genres
select genre, position, accession from track_genre where track_id = $track::ubigint order by position;

-- listens
select plays, accession from listen where track_id = $track::ubigint order by accession;

-- features
select name, value, unit, tool from feature where track_id = $track::ubigint;

-- gain
select gain_db, peak, album_gain_db, album_peak, album_tracks, accession from segment_replay_gain
where track_id = $track::ubigint;

-- holdings
select * from holding where track_id = $track::ubigint;

-- tags
select key, value, accession from tag where track_id = $track::ubigint order by ordinal, key, value;
