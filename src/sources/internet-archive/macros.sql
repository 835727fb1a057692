-- The database may compute what stands in a branch for rows of another one: nothing here may fail.

-- A field that is a text, or a list of texts, as a list.
create or replace macro texts(field) as
  case
    when coalesce(field, '') = '' then []::varchar[]
    when field[1] = '[' and json_valid(field) then coalesce(try(from_json(field, '["VARCHAR"]')), [field])
    else [field]
  end;

create or replace macro first_text(field) as texts(field)[1];

-- Seconds with a fraction, `m:ss` or `h:mm:ss`, in milliseconds; null for anything else.
create or replace macro length_ms(length) as
  case
    when regexp_full_match(length, '[0-9]{1,7}([.][0-9]+)?') then round(try_cast(length as double) * 1000)::bigint
    when regexp_full_match(length, '[0-9]{1,4}:[0-5]?[0-9]([.][0-9]+)?')
      then round((try_cast(split_part(length, ':', 1) as double) * 60 + try_cast(split_part(length, ':', 2) as double)) * 1000)::bigint
    when regexp_full_match(length, '[0-9]{1,3}:[0-5]?[0-9]:[0-5]?[0-9]([.][0-9]+)?')
      then round((try_cast(split_part(length, ':', 1) as double) * 3600 + try_cast(split_part(length, ':', 2) as double) * 60
        + try_cast(split_part(length, ':', 3) as double)) * 1000)::bigint
  end;

create or replace macro item_date(date) as
  nullif(regexp_extract(date, '^([0-9]{4}(-[0-9]{2}){0,2})(T.*)?$', 1), '');

create or replace macro named_credits(names) as
  [{'name': n, 'role': 'main', 'key': null::varchar} for n in names];
