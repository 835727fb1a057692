import { add, advance, byteAt, get, number, set, wordAt } from "../../core/wasm/phrases.ts";

/** Many texts are shorter. */
const STEP = 16;
const minus = (a: string, b: string): string => `(i32.sub ${a} ${b})`;

/** Goes through rows: `from` and `to` are where the text of each is; `starts` and `ends` are the addresses of the first. */
const eachRow = (body: string): string => `
    (block $all
      (loop $row
        (br_if $all (i32.eqz ${get("rows")}))
        ${set("from", wordAt(get("starts")))}
        ${set("to", wordAt(get("ends")))}
        ${body}
        ${advance("starts", 4)}
        ${advance("ends", 4)}
        ${advance("rows", -1)}
        (br $row)))`;

/** Copies `from` to `to` to where `out` is, and up to 15 bytes more. */
export const copyText = (out: string): string => `
        (block $copied
          (loop $copy
            (br_if $copied (i32.ge_u ${get("from")} ${get("to")}))
            (v128.store ${get(out)} (v128.load ${get("from")}))
            ${advance("from", STEP)}
            ${advance(out, STEP)}
            (br $copy)))`;

/** Writes texts as PLAIN values of Parquet, each with its length before it, and gives where they end; empty ones are left out. */
export const PLAIN_LOOP = `
  (func $plain (param $starts i32) (param $ends i32) (param $rows i32) (param $out i32) (result i32)
    (local $from i32) (local $to i32) (local $at i32) (local $size i32)
    ${eachRow(`
        ${set("size", minus(get("to"), get("from")))}
        (block $none
          (br_if $none (i32.eqz ${get("size")}))
          (i32.store ${get("out")} ${get("size")})
          ${set("at", add(get("out"), number(4)))}
          ${set("out", add(get("at"), get("size")))}
          ${copyText("at")})`)}
    ${get("out")})`;

/** Marks with 0 the rows, from the second on, whose text is not that of the row before. */
export const SAME_LOOP = `
  (func $same (param $starts i32) (param $ends i32) (param $rows i32) (param $marks i32)
    (local $from i32) (local $to i32) (local $before i32) (local $size i32) (local $last i32) (local $left i32)
    ${set("last", number(-1))}
    ${eachRow(`
        ${set("size", minus(get("to"), get("from")))}
        (block $next
          (block $differs
            (br_if $differs (i32.ne ${get("size")} ${get("last")}))
            ${set("left", get("size"))}
            (loop $compare
              (br_if $next (i32.eqz ${get("left")}))
              ${set(
                "to",
                `(i32.xor (i32.const 65535) (i8x16.bitmask (i8x16.eq (v128.load ${get("from")}) (v128.load ${get("before")}))))`,
              )}
              (block $long
                (br_if $long (i32.ge_u ${get("left")} ${number(STEP)}))
                (br_if $differs (i32.shl ${get("to")} ${minus(number(32), get("left"))}))
                (br $next))
              (br_if $differs ${get("to")})
              ${advance("from", STEP)}
              ${advance("before", STEP)}
              ${advance("left", -STEP)}
              (br $compare)))
          (i32.store8 ${get("marks")} ${number(0)}))
        ${set("last", get("size"))}
        ${set("before", wordAt(get("starts")))}
        ${advance("marks", 1)}`)})`;

/** Writes the places of bytes that are 0, and gives how many. Looks at whole groups of sixteen: behind the last byte none is 0. */
export const CHANGE_LOOP = `
  (func $changes (param $marks i32) (param $rows i32) (param $out i32) (result i32)
    (local $first i32) (local $found i32) (local $row i32)
    ${set("first", get("out"))}
    (block $all
      (loop $group
        (br_if $all (i32.ge_u ${get("row")} ${get("rows")}))
        ${set("found", `(i8x16.bitmask (i8x16.eq (v128.load ${add(get("marks"), get("row"))}) (i32x4.splat ${number(0)})))`)}
        (block $none
          (loop $each
            (br_if $none (i32.eqz ${get("found")}))
            (i32.store ${get("out")} ${add(get("row"), `(i32.ctz ${get("found")})`)})
            ${set("found", `(i32.and ${get("found")} ${minus(get("found"), number(1))})`)}
            ${advance("out", 4)}
            (br $each)))
        ${advance("row", STEP)}
        (br $group)))
    (i32.shr_u ${minus(get("out"), get("first"))} ${number(2)}))`;

/** Whether one of the texts is empty. */
export const EMPTY_LOOP = `
  (func $empty (param $starts i32) (param $ends i32) (param $rows i32) (result i32)
    (local $found i32)
    (block $all
      (loop $four
        (br_if $all (i32.lt_u ${get("rows")} ${number(4)}))
        ${set("found", `(i32.or ${get("found")} (i8x16.bitmask (i32x4.eq (v128.load ${get("starts")}) (v128.load ${get("ends")}))))`)}
        ${advance("starts", STEP)}
        ${advance("ends", STEP)}
        ${advance("rows", -4)}
        (br $four)))
    (block $rest
      (loop $one
        (br_if $rest (i32.eqz ${get("rows")}))
        ${set("found", `(i32.or ${get("found")} (i32.eq ${wordAt(get("starts"))} ${wordAt(get("ends"))}))`)}
        ${advance("starts", 4)}
        ${advance("ends", 4)}
        ${advance("rows", -1)}
        (br $one)))
    ${get("found")})`;

/** The bytes of a short word, low byte first. */
const letters = (word: string): string => number(Buffer.from(word).readInt32LE());

/**
 * Writes 1 and 0 for "true" and "false", as doubles, and NaN for an empty text. Of all others the places in the table, from 0 on, go to `odd`,
 * and how many they are is given.
 */
export const TRUTH_LOOP = `
  (func $truths (param $starts i32) (param $ends i32) (param $rows i32) (param $out i32) (param $odd i32) (result i32)
    (local $from i32) (local $to i32) (local $size i32) (local $oddOut i32) (local $row i32) (local $value f64)
    ${set("oddOut", get("odd"))}
    ${eachRow(`
        ${set("size", minus(get("to"), get("from")))}
        (block $done
          ${set("value", "(f64.const 1)")}
          (br_if $done (i32.and (i32.eq ${get("size")} ${number(4)}) (i32.eq ${wordAt(get("from"))} ${letters("true")})))
          ${set("value", "(f64.const 0)")}
          (br_if $done (i32.and (i32.eq ${get("size")} ${number(5)})
            (i32.and (i32.eq ${wordAt(get("from"))} ${letters("fals")}) (i32.eq ${byteAt(add(get("from"), number(4)))} ${number(0x65)}))))
          ${set("value", "(f64.div (f64.const 0) (f64.const 0))")}
          (br_if $done (i32.eqz ${get("size")}))
          (i32.store ${get("oddOut")} ${get("row")})
          ${advance("oddOut", 4)})
        (f64.store ${get("out")} ${get("value")})
        ${advance("out", 8)}
        ${advance("row", 1)}`)}
    (i32.shr_u ${minus(get("oddOut"), get("odd"))} ${number(2)}))`;

const DIGITS = 15;

/**
 * Writes numbers as doubles, NaN for an empty text. Those that are not written with a few digits, perhaps a minus before and a point within,
 * are left to others: their places in the table, from 0 on, go to `odd`, and how many they are is given. `powers` are those of ten: up to the
 * fifteenth they are exact, as are the digits, so that their quotient is rounded once.
 */
export const NUMBER_LOOP = `
  (func $numbers (param $starts i32) (param $ends i32) (param $rows i32) (param $out i32) (param $odd i32) (param $powers i32) (result i32)
    (local $from i32) (local $to i32) (local $first i32) (local $at i32) (local $digit i32) (local $point i32) (local $size i32) (local $oddOut i32)
    (local $row i32) (local $value f64)
    ${set("oddOut", get("odd"))}
    ${eachRow(`
        (block $done
          (block $none
            (br_if $none (i32.eq ${get("from")} ${get("to")}))
            (block $strange
              ${set("first", add(get("from"), `(i32.eq ${byteAt(get("from"))} ${number(0x2d)})`))}
              ${set("at", get("first"))}
              ${set("point", number(0))}
              ${set("value", "(f64.const 0)")}
              (block $read
                (loop $digits
                  (br_if $read (i32.ge_u ${get("at")} ${get("to")}))
                  ${set("digit", minus(byteAt(get("at")), number(0x30)))}
                  (block $isDigit
                    (br_if $isDigit (i32.lt_u ${get("digit")} ${number(10)}))
                    (br_if $strange (i32.ne ${get("digit")} ${number(0x2e - 0x30)}))
                    (br_if $strange ${get("point")})
                    (br_if $strange (i32.eq ${get("at")} ${get("first")}))
                    ${set("point", add(get("at"), number(1)))}
                    ${advance("at", 1)}
                    (br $digits))
                  ${set("value", `(f64.add (f64.mul ${get("value")} (f64.const 10)) (f64.convert_i32_u ${get("digit")}))`)}
                  ${advance("at", 1)}
                  (br $digits)))
              ${set("size", minus(minus(get("to"), get("first")), `(i32.ne ${get("point")} ${number(0)})`))}
              (br_if $strange (i32.gt_u (i32.sub ${get("size")} ${number(1)}) ${number(DIGITS - 1)}))
              (block $whole
                (br_if $whole (i32.eqz ${get("point")}))
                ${set("value", `(f64.div ${get("value")} (f64.load ${add(get("powers"), `(i32.shl ${minus(get("to"), get("point"))} ${number(3)})`)}))`)})
              (block $positive
                (br_if $positive (i32.eq ${get("first")} ${get("from")}))
                ${set("value", `(f64.neg ${get("value")})`)})
              (f64.store ${get("out")} ${get("value")})
              (br $done))
            (i32.store ${get("oddOut")} ${get("row")})
            ${advance("oddOut", 4)})
          (f64.store ${get("out")} (f64.div (f64.const 0) (f64.const 0))))
        ${advance("out", 8)}
        ${advance("row", 1)}`)}
    (i32.shr_u ${minus(get("oddOut"), get("odd"))} ${number(2)}))`;
