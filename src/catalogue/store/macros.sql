-- ISRCs as 49-bit numbers that sort as the codes do; as `packIsrc` and `unpackIsrc` have it. Null for what is no canonical code.
create or replace macro isrc_letter(code, place) as (ascii(code[place]) - 65)::ubigint;
create or replace macro isrc_alphanumeric(code, place) as (case when code[place] < 'A' then ascii(code[place]) - 48 else ascii(code[place]) - 55 end)::ubigint;
create or replace macro isrc_pack(code) as case when regexp_full_match(code, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}') then
  ((((isrc_letter(code, 1) * 26 + isrc_letter(code, 2)) * 36 + isrc_alphanumeric(code, 3)) * 36 + isrc_alphanumeric(code, 4)) * 36
    + isrc_alphanumeric(code, 5)) * 10000000 + substr(code, 6)::ubigint
  end;
create or replace macro isrc_character(number) as chr((case when number < 10 then 48 + number else 55 + number end)::integer);
create or replace macro isrc_text(packed) as
  chr((65 + packed // (26 * 46656 * 10000000::ubigint))::integer)
  || chr((65 + packed // (46656 * 10000000::ubigint) % 26)::integer)
  || isrc_character(packed // (1296 * 10000000::ubigint) % 36)
  || isrc_character(packed // (36 * 10000000::ubigint) % 36)
  || isrc_character(packed // 10000000 % 36)
  || lpad((packed % 10000000)::varchar, 7, '0');
