-- ISRCs by the number of tracks that have them; all tracks of an ISRC stand in one segment.
select tracks, count(*) as isrcs
from (select count(*) as tracks from segment group by isrc)
group by tracks
