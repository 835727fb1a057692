-- Keys as 64-bit numbers, spread evenly: the same as `keyOfNumber` and `keyOfText`.
create or replace macro low_bits(number) as (number & 18446744073709551615::uhugeint)::ubigint;
create or replace macro key_mixed_once(number) as low_bits(number::uhugeint * 11400714819323198485::uhugeint);
create or replace macro key_mixed_twice(once) as low_bits(xor(once, once >> 32)::uhugeint * 13787848793156543929::uhugeint);
create or replace macro key_of_number(number) as key_mixed_twice(key_mixed_once(number::ubigint));
create or replace macro key_of_text(text) as md5_number_upper(text);
