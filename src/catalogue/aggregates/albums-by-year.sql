-- Albums by year of release, with the tracks on them; null: no date.
select try_cast(left(release_date, 4) as integer) as year, sum(albums) as albums, sum(tracks) as tracks
from (select release_date, count(*) as albums, sum(track_count) as tracks from segment group by release_date)
group by all
