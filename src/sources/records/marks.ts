import type { Kernel } from "../../core/wasm/kernel.ts";
import { get, set } from "../../core/wasm/phrases.ts";

/** So many bytes are looked at in one go. */
export const STRETCH_BYTES = 131_072;
/** At a time. */
export const LANES = 16;
const ALL_LANES = 0xffff;
/** Each byte may be one. */
export const MARKS_BYTES: number = 4 * (STRETCH_BYTES + LANES);
const equals = (byte: string): string => `(i8x16.eq ${get("bytes")} (i8x16.splat ${byte}))`;
/** All quotes up to a bit turn it: twice as many are looked at with each step. */
const turned = [1, 2, 4, 8].map((bits) =>
  set("turns", `(i32.xor ${get("turns")} (i32.shl ${get("turns")} (i32.const ${bits})))`),
);

/**
 * Looks at the bytes from `text` on, behind which there are 16 that are 0, and puts down from `places` on where in the memory they are.
 * `within` has all bits set where a text between quotes goes on; in one, nothing but quotes is found.
 */
export const marksLoop = ({ text, places }: MarkPlaces): string => `
  (func $marks (param $size i32) (param $delimiter i32) (param $quotes i32) (result i32)
    (local $bytes v128) (local $at i32) (local $quoted i32) (local $found i32) (local $turns i32) (local $within i32) (local $out i32)
    ${set("out", `(i32.const ${places})`)}
    (block $all
      (loop $more
        (br_if $all (i32.ge_u ${get("at")} ${get("size")}))
        ${set("bytes", `(v128.load offset=${text} ${get("at")})`)}
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
            (i32.store ${get("out")} (i32.add (i32.add ${get("at")} (i32.ctz ${get("found")})) (i32.const ${text})))
            ${set("out", `(i32.add ${get("out")} (i32.const 4))`)}
            ${set("found", `(i32.and ${get("found")} (i32.sub ${get("found")} (i32.const 1)))`)}
            (br $each)))
        ${set("at", `(i32.add ${get("at")} (i32.const ${LANES}))`)}
        (br $more)))
    (i32.shr_u (i32.sub ${get("out")} (i32.const ${places})) (i32.const 2)))`;

/** Where the loop finds the bytes and leaves places, in bytes of its memory. */
export interface MarkPlaces {
  readonly text: number;
  readonly places: number;
}

/** Where delimiters, line feeds and quotes stand. */
export interface Marks {
  /** In the memory of the kernel; good until more are found; ascending. */
  readonly places: Uint32Array;
  /**
   * Looks at bytes [from, to) of an array, `STRETCH_BYTES` at most, which begin outside quotes, and says how many places it has found:
   * of all quotes, and of the others that do not stand between quotes.
   */
  find(bytes: Uint8Array, from: number, to: number): number;
}

/** By a kernel with `marksLoop`: it looks at 16 bytes at a time. `hasQuotes` false: a quote is a character like any other. */
export function marksIn(
  { bytes: memory, words, loop }: Kernel,
  { text, places }: MarkPlaces,
  delimiter: number,
  hasQuotes: boolean,
): Marks {
  const marks = loop("marks");
  return {
    places: words.subarray(places / 4, places / 4 + STRETCH_BYTES),
    find(bytes, from, to) {
      const size = to - from;
      memory.set(bytes.subarray(from, to), text);
      memory.fill(0, text + size, text + size + LANES);
      return marks(size, delimiter, hasQuotes ? ALL_LANES : 0);
    },
  };
}
