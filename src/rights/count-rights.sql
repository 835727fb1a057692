-- Tracks by what may be done with them, `reason` and, of those that may go out, `licence`: the most first.
select 'track' as what, null as name, count(*) as tracks from effective
union all
select 'open', null, count(*) from effective where disseminate
union all
select 'derive', null, count(*) from effective where derive
union all
select 'reason', reason, count(*) from effective group by reason
union all
select 'licence', coalesce(licence, ''), count(*) from effective where disseminate group by all
order by tracks desc, name;
