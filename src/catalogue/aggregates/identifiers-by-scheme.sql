-- Identifiers by scheme and what they name, valid and malformed; ISRCs of tracks only where they are malformed.
select scheme, entity, count(value) as valid, count(*) - count(value) as malformed
from segment
group by all
