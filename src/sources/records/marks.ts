import { createKernel } from "../../core/wasm/kernel.ts";
import { QUOTE } from "./closing-quote.ts";

/** So many bytes are looked at in one go. */
export const STRETCH_BYTES = 65_536;
/** At a time. */
const LANES = 16;
const ALL_LANES = 0xffff;
/** Where places are put down: behind the bytes, and those that are looked at with the last of them. */
const PLACES = STRETCH_BYTES + LANES;
const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
const equals = (byte: string): string => `(i8x16.eq ${get("bytes")} (i8x16.splat ${byte}))`;
/** All quotes up to a bit turn it: twice as many are looked at with each step. */
const turned = [1, 2, 4, 8].map((bits) =>
  set("turns", `(i32.xor ${get("turns")} (i32.shl ${get("turns")} (i32.const ${bits})))`),
);

/** `within` has all bits set where a text between quotes goes on; in one, nothing but quotes is found. */
const PROGRAM = `
  (func $marks (param $size i32) (param $delimiter i32) (param $quotes i32) (result i32)
    (local $bytes v128) (local $at i32) (local $quoted i32) (local $found i32) (local $turns i32) (local $within i32) (local $out i32)
    ${set("out", `(i32.const ${PLACES})`)}
    (block $all
      (loop $more
        (br_if $all (i32.ge_u ${get("at")} ${get("size")}))
        ${set("bytes", `(v128.load ${get("at")})`)}
        ${set("found", `(i8x16.bitmask (v128.or ${equals(get("delimiter"))} ${equals("(i32.const 10)")}))`)}
        ${set("turns", `(i32.and ${get("quotes")} (i8x16.bitmask ${equals("(i32.const 34)")}))`)}
        (block $plain
          (br_if $plain (i32.eqz (i32.or ${get("turns")} ${get("within")})))
          ${set("quoted", get("turns"))}
          ${turned.join("\n")}
          ${set("turns", `(i32.xor ${get("turns")} ${get("within")})`)}
          ${set("found", `(i32.or ${get("quoted")} (i32.and ${get("found")} (i32.xor ${get("turns")} (i32.const -1))))`)}
          ${set("within", `(i32.sub (i32.const 0) (i32.and (i32.shr_u ${get("turns")} (i32.const 15)) (i32.const 1)))`)})
        (block $none
          (loop $each
            (br_if $none (i32.eqz ${get("found")}))
            (i32.store ${get("out")} (i32.add ${get("at")} (i32.ctz ${get("found")})))
            ${set("out", `(i32.add ${get("out")} (i32.const 4))`)}
            ${set("found", `(i32.and ${get("found")} (i32.sub ${get("found")} (i32.const 1)))`)}
            (br $each)))
        ${set("at", `(i32.add ${get("at")} (i32.const ${LANES}))`)}
        (br $more)))
    (i32.shr_u (i32.sub ${get("out")} (i32.const ${PLACES})) (i32.const 2)))`;

/** Where delimiters, line feeds and quotes stand. */
export interface Marks {
  /** Good until more are found; ascending. */
  readonly places: Uint32Array;
  /**
   * Looks at bytes [from, to) of an array, `STRETCH_BYTES` at most, which begin outside quotes, and says how many places it has found:
   * of all quotes, and of the others that do not stand between quotes. They are counted from `from`.
   */
  find(bytes: Uint8Array, from: number, to: number): number;
}

/** As WebAssembly: it looks at 16 bytes at a time. `hasQuotes` false: a quote is a character like any other. */
export function createMarks(delimiter: number, hasQuotes: boolean): Marks {
  const { bytes: memory, words, loop } = createKernel(PROGRAM, PLACES + 4 * (STRETCH_BYTES + LANES));
  const marks = loop("marks");
  return {
    places: words.subarray(PLACES / 4),
    find(bytes, from, to) {
      const size = to - from;
      memory.set(bytes.subarray(from, to));
      memory.fill(0, size, size + LANES);
      return marks(size, delimiter, hasQuotes ? ALL_LANES : 0);
    },
  };
}

/**
 * Which mark is the quote that closes the one of number `open`: all between them are quotes, and two next to one another are one within
 * the text (RFC 4180, 2.7). `count` where the marks do not tell. `bytes` and `from` are those that they were found in.
 */
export function closingMark(
  { places }: Marks,
  open: number,
  count: number,
  bytes: Uint8Array,
  from: number,
): number {
  let mark = open + 1;
  while (mark + 1 < count) {
    const next = (places[mark] ?? 0) + 1;
    if (places[mark + 1] !== next || bytes[from + next] !== QUOTE) return mark;
    mark += 2;
  }
  return count;
}
