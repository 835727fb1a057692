select number + 1 as artist_no, position, genre, getvariable('accession') as accession
from (
  select number, twin_mix(number, getvariable('key_genre')) & 262143 as genre_row
  from range(getvariable('first'), getvariable('last')) r(number)
) join twin_genre using (genre_row)
order by artist_no, position
