-- The priority of each track under the rule `published`, in which popularity above 0 comes first, by popularity, and then the
-- rest by priority: max_artist.popularity/100 + album.popularity/100 + log10(min(1e8, max_artist.followers + 1))/8. An
-- artist's score holds thousandths of the popularity in front of the point and the term of the followers behind it.
create temp view weighed as
with scored as (
  select
    c.*, list_max(list_transform(c.artist_nos, number -> artists.score[number])) as artist_score,
    albums.popularity[c.album_no] as album_popularity
  from candidate c, artist_fact artists, album_fact albums
)
select
  * replace (coalesce(popularity, 0) > 0 as wants_original), listens as value,
  coalesce(floor(artist_score) / 100000 + (artist_score - floor(artist_score)) / 0.999::double, 0)
    + coalesce(album_popularity, 0) / 100::double as priority
from scored;
