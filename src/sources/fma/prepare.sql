-- Texts of a Python list: `[21, 45]`.
create or replace macro listed_ids(list) as regexp_extract_all(coalesce(list, ''), '[0-9]+');

-- `m:ss` or `h:mm:ss` in milliseconds; null for anything else.
create or replace macro clock_ms(text) as
  case when regexp_full_match(text, '([0-9]{1,3}:)?[0-9]{1,4}:[0-5]?[0-9]') then
    list_reduce([try_cast(part as bigint) for part in string_split(text, ':')], lambda sum, part: sum * 60 + part) * 1000
  end;

-- Ids of albums that are none are -1.
create or replace macro real_id(id) as case when regexp_full_match(id, '[0-9]{1,18}') and id <> '0' then id end;
