import { add, advance, byteAt, get, number, set, wordAt } from "../../core/wasm/phrases.ts";
import { NEWLINE, QUOTE, RETURN } from "./closing-quote.ts";

/** Where the loop finds and leaves things, in bytes. */
export interface FieldPlaces {
  readonly places: number;
  /** Of a table of rows for each column: `stride` bytes a column, four a row. */
  readonly starts: number;
  readonly ends: number;
  readonly stride: number;
  /** Where records begin and end. */
  readonly rowStarts: number;
  readonly rowEnds: number;
  /** A byte for each column: 1 where a text begins or ends with another character than most do. */
  readonly odd: number;
  /** Where the record begins that is next, the number of its first mark, and the row that it is to be. */
  readonly state: number;
}

/** Why no more rows were added: marks are missing, the record is not written plainly, there is no row left. */
export const CUT = 0;
export const ODD = 1;
export const FULL = 2;

const FIRST_SEEN = 0x21;
const SEEN = 0x7e - FIRST_SEEN;
const isSeen = (place: string): string =>
  `(i32.le_u (i32.sub ${byteAt(place)} ${number(FIRST_SEEN)}) ${number(SEEN)})`;
const isByte = (value: string, byte: number): string => `(i32.eq ${value} ${number(byte)})`;
const both = (a: string, b: string): string => `(i32.and ${a} ${b})`;

/**
 * Adds the rows of records that are written plainly, and says why it ends. Every field is one without quotes, or between two quotes without
 * more of them, and there are as many as there are columns.
 */
export const fieldLoop = (at: FieldPlaces): string => `
  (func $fields (param $marks i32) (param $columns i32) (param $delimiter i32) (param $rows i32) (result i32)
    (local $start i32) (local $begin i32) (local $end i32) (local $place i32) (local $byte i32) (local $mark i32) (local $field i32)
    (local $cell i32) (local $row i32) (local $why i32) (local $next i32)
    ${set("start", wordAt(number(at.state)))}
    ${set("mark", wordAt(number(at.state + 4)))}
    ${set("row", wordAt(number(at.state + 8)))}
    (block $over
      (loop $record
        ${set("why", number(FULL))}
        (br_if $over (i32.ge_u ${get("row")} ${get("rows")}))
        ${set("begin", get("start"))}
        ${set("field", number(0))}
        ${set("cell", `(i32.shl ${get("row")} ${number(2)})`)}
        (loop $each
          ${set("why", number(CUT))}
          (br_if $over (i32.ge_u ${get("mark")} ${get("marks")}))
          ${set("place", markOf(at, get("mark")))}
          ${advance("mark", 1)}
          ${set("byte", byteAt(get("place")))}
          ${set("next", add(get("place"), number(1)))}
          (block $found
            (block $quoted
              (br_if $quoted ${isByte(get("byte"), QUOTE)})
              ${set("end", `(i32.sub ${get("place")} ${both(both(isByte(get("byte"), NEWLINE), `(i32.gt_u ${get("place")} ${get("begin")})`), isByte(byteAt(`(i32.sub ${get("place")} ${number(1)})`), RETURN))})`)}
              (br $found))
            ${set("why", number(ODD))}
            (br_if $over (i32.ne ${get("place")} ${get("begin")}))
            ${set("why", number(CUT))}
            (br_if $over (i32.ge_u ${add(get("mark"), number(1))} ${get("marks")}))
            ${set("begin", get("next"))}
            ${set("end", markOf(at, get("mark")))}
            ${set("place", markOf(at, add(get("mark"), number(1))))}
            ${advance("mark", 2)}
            ${set("byte", byteAt(get("place")))}
            ${set("next", add(get("place"), number(1)))}
            ${set("why", number(ODD))}
            (br_if $found (i32.eq ${get("place")} ${add(get("end"), number(1))}))
            (br_if $over (i32.eqz ${both(
              both(
                `(i32.eq ${get("place")} ${add(get("end"), number(2))})`,
                isByte(byteAt(add(get("end"), number(1))), RETURN),
              ),
              isByte(get("byte"), NEWLINE),
            )})))
          ${set("why", number(ODD))}
          (i32.store offset=${at.starts} ${get("cell")} ${get("begin")})
          (i32.store offset=${at.ends} ${get("cell")} ${get("end")})
          (block $plain
            (br_if $plain ${both(isSeen(get("begin")), isSeen(`(i32.sub ${get("end")} ${number(1)})`))})
            (br_if $plain (i32.eq ${get("begin")} ${get("end")}))
            (i32.store8 offset=${at.odd} ${get("field")} ${number(1)}))
          ${set("begin", get("next"))}
          ${advance("cell", at.stride)}
          ${advance("field", 1)}
          (block $last
            (br_if $last (i32.eq ${get("field")} ${get("columns")}))
            (br_if $each (i32.eq ${get("byte")} ${get("delimiter")}))
            (br $over)))
        (br_if $over (i32.ne ${get("byte")} ${number(NEWLINE)}))
        (br_if $over ${both(isByte(get("columns"), 1), `(i32.eq (i32.load offset=${at.starts} (i32.shl ${get("row")} ${number(2)})) ${get("end")})`)})
        ${set("cell", `(i32.shl ${get("row")} ${number(2)})`)}
        (i32.store offset=${at.rowStarts} ${get("cell")} ${get("start")})
        (i32.store offset=${at.rowEnds} ${get("cell")} ${get("begin")})
        ${advance("row", 1)}
        ${set("start", get("begin"))}
        (i32.store ${number(at.state)} ${get("start")})
        (i32.store ${number(at.state + 4)} ${get("mark")})
        (i32.store ${number(at.state + 8)} ${get("row")})
        (br $record)))
    ${get("why")})`;

function markOf({ places }: FieldPlaces, mark: string): string {
  return `(i32.load offset=${places} (i32.shl ${mark} ${number(2)}))`;
}
