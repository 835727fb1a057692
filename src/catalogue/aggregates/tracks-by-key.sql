-- Tracks by key (0 = C … 11 = B) and mode (0 minor, 1 major); null: not known.
select key::integer as key, mode::integer as mode, count(*) as tracks
from segment
group by all
