import { add, advance, byteAt, get, number, set, wordAt } from "../../core/wasm/phrases.ts";
import { MAX_RECORD_BYTES, NEWLINE, RETURN } from "./closing-quote.ts";
import type { MarkPlaces } from "./marks.ts";

/** Why the loop ends: no mark is left, enough was found, or a mark stands where it does not in most records. */
export const ENDED = 0;
export const ENOUGH = 1;
export const ODD = 2;

const STATE = ["mark", "end", "lines", "longest", "passed"] as const;
export const STATE_BYTES: number = 4 * STATE.length;

const minus = (a: string, b: string): string => `(i32.sub ${a} ${b})`;
const isByte = (value: string, byte: number): string => `(i32.eq ${value} ${number(byte)})`;

/**
 * Goes over line feeds that end records, and over texts between quotes, which begin and end with their field. `state`: the next mark; where
 * the last record ended; lines up to there; the most bytes of a record; line feeds between quotes since then.
 */
export const recordLoop = ({ places }: MarkPlaces, state: number): string => `
  (func $records (param $count i32) (param $delimiter i32) (param $enough i32) (result i32)
    ${STATE.map((name) => `(local $${name} i32)`).join(" ")}
    (local $place i32) (local $close i32) (local $byte i32) (local $size i32) (local $found i32) (local $why i32)
    ${STATE.map((name, at) => set(name, wordAt(number(state + 4 * at)))).join("\n")}
    (block $over
      (loop $next
        ${set("why", number(ENDED))}
        (br_if $over (i32.ge_u ${get("mark")} ${get("count")}))
        ${set("place", markOf(places, get("mark")))}
        ${set("why", number(ODD))}
        (block $quote
          (br_if $quote (i32.ne ${byteAt(get("place"))} ${number(NEWLINE)}))
          ${set("size", minus(add(get("place"), number(1)), get("end")))}
          (br_if $over (i32.gt_u ${get("size")} ${number(MAX_RECORD_BYTES)}))
          ${set("longest", `(select ${get("size")} ${get("longest")} (i32.gt_u ${get("size")} ${get("longest")}))`)}
          ${set("lines", add(add(get("lines"), get("passed")), number(1)))}
          ${set("passed", number(0))}
          ${set("end", add(get("place"), number(1)))}
          ${advance("mark", 1)}
          ${set("why", number(ENOUGH))}
          (br_if $over (i32.ge_u ${get("end")} ${get("enough")}))
          (br $next))
        (br_if $over (i32.ge_u ${add(get("mark"), number(1))} ${get("count")}))
        (br_if $over (i32.eqz (i32.or (i32.eq ${get("place")} ${get("end")}) (i32.eq ${byteAt(minus(get("place"), number(1)))} ${get("delimiter")}))))
        ${set("close", markOf(places, add(get("mark"), number(1))))}
        (br_if $over (i32.ge_u ${minus(get("close"), get("end"))} ${number(MAX_RECORD_BYTES)}))
        ${set("byte", `(i32.load8_u offset=1 ${get("close")})`)}
        (block $closed
          (br_if $closed (i32.or (i32.eq ${get("byte")} ${get("delimiter")}) ${isByte(get("byte"), NEWLINE)}))
          (br_if $over (i32.eqz (i32.and ${isByte(get("byte"), RETURN)} ${isByte(`(i32.load8_u offset=2 ${get("close")})`, NEWLINE)}))))
        (block $counted
          (loop $each
            ${advance("place", 1)}
            (br_if $counted (i32.ge_u ${get("place")} ${get("close")}))
            ${set("found", `(i8x16.bitmask (i8x16.eq (v128.load ${get("place")}) (i8x16.splat ${number(NEWLINE)})))`)}
            (block $long
              (br_if $long (i32.ge_u ${minus(get("close"), get("place"))} ${number(16)}))
              ${set("found", `(i32.and ${get("found")} ${minus(`(i32.shl ${number(1)} ${minus(get("close"), get("place"))})`, number(1))})`)})
            ${set("passed", add(get("passed"), `(i32.popcnt ${get("found")})`))}
            ${advance("place", 15)}
            (br $each)))
        ${advance("mark", 2)}
        (br $next)))
    ${STATE.map((name, at) => `(i32.store ${number(state + 4 * at)} ${get(name)})`).join("\n")}
    ${get("why")})`;

function markOf(places: number, mark: string): string {
  return `(i32.load offset=${places} (i32.shl ${mark} ${number(2)}))`;
}
