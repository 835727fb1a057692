import { createKernel } from "../../core/index.ts";

/** Numbers of one call at most. */
export const MAX_NUMBERS = 16_384;

/** Where the end of what was written stands; then the numbers, then what they become. */
const END = 0;
const NUMBERS = 16;
const OUTPUT = NUMBERS + MAX_NUMBERS * 8;
/** A block of 128 numbers has at most ten bytes of least difference and four of widths. */
const OUTPUT_BYTES = MAX_NUMBERS * 8 + (MAX_NUMBERS / 128) * 14 + 16;

/** The difference to the number behind it. */
const differenceAt = (at: string): string =>
  `(i64.sub (i64.load offset=8 (local.get $${at})) (i64.load (local.get $${at})))`;

/** So many bytes on from `$at`, but not past an end. */
const atMost = (end: string, bytes: number): string => {
  const on = `(i32.add (local.get $at) (i32.const ${bytes}))`;
  return `(select ${on} (local.get $${end}) (i32.lt_u ${on} (local.get $${end})))`;
};

/**
 * The differences of 64-bit numbers in blocks of 128, in four parts of 32: the least difference (zigzag, LEB128), a byte of
 * width for each part, and the parts, packed from the lowest bit up. Parquet's DELTA_BINARY_PACKED without its header. What
 * is written to has to be 0.
 */
const DIFFERENCES = `
(func $differences (param $at i32) (param $last i32) (param $to i32) (param $end i32)
  (local $block_end i32) (local $part_end i32) (local $from i32) (local $widths i32) (local $start i32)
  (local $least i64) (local $number i64) (local $all i64) (local $packed i64) (local $bits i64) (local $width i64)
  (block $done
    (loop $next_block
      (br_if $done (i32.ge_u (local.get $at) (local.get $last)))
      (local.set $block_end ${atMost("last", 1024)})
      (local.set $from (i32.add (local.get $at) (i32.const 8)))
      (local.set $least ${differenceAt("at")})
      (block $found
        (loop $next
          (br_if $found (i32.ge_u (local.get $from) (local.get $block_end)))
          (local.set $number ${differenceAt("from")})
          (local.set $least (select
            (local.get $number)
            (local.get $least)
            (i64.lt_s (local.get $number) (local.get $least))))
          (local.set $from (i32.add (local.get $from) (i32.const 8)))
          (br $next)))
      (local.set $number (i64.xor
        (i64.shl (local.get $least) (i64.const 1))
        (i64.shr_s (local.get $least) (i64.const 63))))
      (block $written
        (loop $next
          (br_if $written (i64.lt_u (local.get $number) (i64.const 128)))
          (i32.store8 (local.get $to) (i32.or (i32.wrap_i64 (local.get $number)) (i32.const 128)))
          (local.set $number (i64.shr_u (local.get $number) (i64.const 7)))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (br $next)))
      (i32.store8 (local.get $to) (i32.wrap_i64 (local.get $number)))
      (local.set $widths (i32.add (local.get $to) (i32.const 1)))
      (local.set $to (i32.add (local.get $to) (i32.const 5)))
      (block $block_done
        (loop $next_part
          (br_if $block_done (i32.ge_u (local.get $at) (local.get $block_end)))
          (local.set $part_end ${atMost("block_end", 256)})
          (local.set $from (local.get $at))
          (local.set $all (i64.const 0))
          (loop $next
            (local.set $all (i64.or (local.get $all) (i64.sub
              ${differenceAt("from")}
              (local.get $least))))
            (local.set $from (i32.add (local.get $from) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $from) (local.get $part_end))))
          (local.set $width (i64.sub (i64.const 64) (i64.clz (local.get $all))))
          (i32.store8 (local.get $widths) (i32.wrap_i64 (local.get $width)))
          (local.set $widths (i32.add (local.get $widths) (i32.const 1)))
          (local.set $start (local.get $to))
          (local.set $packed (i64.const 0))
          (local.set $bits (i64.const 0))
          (loop $next
            (local.set $number (i64.sub
              ${differenceAt("at")}
              (local.get $least)))
            (local.set $packed (i64.or (local.get $packed) (i64.shl (local.get $number) (local.get $bits))))
            (local.set $bits (i64.add (local.get $bits) (local.get $width)))
            (block $room
              (br_if $room (i64.lt_u (local.get $bits) (i64.const 64)))
              (i64.store (local.get $to) (local.get $packed))
              (local.set $to (i32.add (local.get $to) (i32.const 8)))
              (local.set $bits (i64.sub (local.get $bits) (i64.const 64)))
              (local.set $packed (select
                (i64.const 0)
                (i64.shr_u (local.get $number) (i64.sub (local.get $width) (local.get $bits)))
                (i64.eqz (local.get $bits)))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $at) (local.get $part_end))))
          (i64.store (local.get $to) (local.get $packed))
          (local.set $to (i32.add
            (local.get $start)
            (i32.shl (i32.wrap_i64 (local.get $width)) (i32.const 2))))
          (br $next_part)))
      (br $next_block)))
  (i32.store (local.get $end) (local.get $to)))`;

/** Packs numbers by their differences. */
export class DifferencePacker {
  readonly #kernel = createKernel(DIFFERENCES, OUTPUT + OUTPUT_BYTES);
  readonly #differences = this.#kernel.loop("differences");

  /** The blocks of differences, good until the next call. Throws `RangeError` for more than `MAX_NUMBERS`. */
  pack({ buffer, byteOffset, byteLength, length }: BigUint64Array | BigInt64Array): Uint8Array {
    if (length > MAX_NUMBERS) throw new RangeError(`${length} numbers`);
    const { bytes, words } = this.#kernel;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), NUMBERS);
    bytes.fill(0, OUTPUT);
    this.#differences(NUMBERS, NUMBERS + Math.max(0, length - 1) * 8, OUTPUT, END);
    return bytes.subarray(OUTPUT, words[END / 4]);
  }
}
