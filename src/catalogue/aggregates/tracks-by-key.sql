-- Tracks by key (0 = C … 11 = B) and mode (0 minor, 1 major); null: not known. (Grouped by what stands in the columns first.)
select key::integer as key, mode::integer as mode, tracks
from (select key, mode, count(*) as tracks from segment group by key, mode)
