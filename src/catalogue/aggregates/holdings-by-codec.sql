-- Files held by codec, with their bytes and lengths.
select codec, count(*) as files, sum(size_bytes) as bytes, sum(duration_ms) as duration_ms
from segment
group by all
